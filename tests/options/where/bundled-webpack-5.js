/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	// The require scope
/******/ 	const __webpack_require__ = {};
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/define property getters */
/******/ 	// define getter/value functions for harmony exports
/******/ 	__webpack_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__webpack_require__.o(definition, key) && !__webpack_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	__webpack_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop));
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	// define __esModule on exports
/******/ 	__webpack_require__.r = (exports) => {
/******/ 		Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ 	
/************************************************************************/
let __webpack_exports__ = {};
// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  "default": () => (/* binding */ main),
  options: () => (/* reexport */ options)
});

;// external "k6/http"
const http_namespaceObject = require("k6/http");
;// external "k6"
const external_k6_namespaceObject = require("k6");
;// external "k6/metrics"
const metrics_namespaceObject = require("k6/metrics");
;// ./src/apm.js
const metrics = ['http_req_duration', 'checks'];

const prometheus = (url) => ({
  provider: 'prometheus',
  remoteWriteURL: url,
  includeDefaultMetrics: false,
  metrics: [...metrics, 'vus'],
});

;// ./src/config.js


const base = { vus: 2, duration: '30s' };

const options = {
  ...base,
  thresholds: { http_req_failed: ['rate<0.01'] },
  ext: {
    loadimpact: {
      projectID: 3719,
      name: `shop ${__ENV.TARGET || 'staging'}`,
      apm: [prometheus(`https://prom.example.com/${__ENV.TARGET || 'staging'}/api/v1/write`)],
    },
  },
};

;// ./src/main.js






const latency = new metrics_namespaceObject.Trend('latency');

/* harmony default export */ function main() {
  const res = http_namespaceObject.get('https://shop.example.com/');
  (0,external_k6_namespaceObject.check)(res, { 'is 200': (r) => r.status === 200 });
  latency.add(res.timings.duration);
  (0,external_k6_namespaceObject.sleep)(1);
}

const __webpack_export_target__ = exports;
for(var __webpack_i__ in __webpack_exports__) __webpack_export_target__[__webpack_i__] = __webpack_exports__[__webpack_i__];
if(__webpack_exports__.__esModule) Object.defineProperty(__webpack_export_target__, "__esModule", { value: true });
/******/ })()
;
