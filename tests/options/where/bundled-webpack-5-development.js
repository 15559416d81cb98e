/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ "k6"
/*!*********************!*\
  !*** external "k6" ***!
  \*********************/
(module) {

module.exports = require("k6");

/***/ },

/***/ "k6/http"
/*!**************************!*\
  !*** external "k6/http" ***!
  \**************************/
(module) {

module.exports = require("k6/http");

/***/ },

/***/ "k6/metrics"
/*!*****************************!*\
  !*** external "k6/metrics" ***!
  \*****************************/
(module) {

module.exports = require("k6/metrics");

/***/ },

/***/ "./src/apm.js"
/*!**************************!*\
  !*** ./src/apm.js ***!
  \**************************/
(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   prometheus: () => (/* binding */ prometheus)
/* harmony export */ });
const metrics = ['http_req_duration', 'checks'];

const prometheus = (url) => ({
  provider: 'prometheus',
  remoteWriteURL: url,
  includeDefaultMetrics: false,
  metrics: [...metrics, 'vus'],
});


/***/ },

/***/ "./src/config.js"
/*!*****************************!*\
  !*** ./src/config.js ***!
  \*****************************/
(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   options: () => (/* binding */ options)
/* harmony export */ });
/* harmony import */ var _apm_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(/*! ./apm.js */ "./src/apm.js");


const base = { vus: 2, duration: '30s' };

const options = {
  ...base,
  thresholds: { http_req_failed: ['rate<0.01'] },
  ext: {
    loadimpact: {
      projectID: 3719,
      name: `shop ${__ENV.TARGET || 'staging'}`,
      apm: [(0,_apm_js__WEBPACK_IMPORTED_MODULE_0__.prometheus)(`https://prom.example.com/${__ENV.TARGET || 'staging'}/api/v1/write`)],
    },
  },
};


/***/ }

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	const __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __webpack_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		const cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		const module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		if (!(moduleId in __webpack_modules__)) {
/******/ 			delete __webpack_module_cache__[moduleId];
/******/ 			const e = new Error("Cannot find module '" + moduleId + "'");
/******/ 			e.code = 'MODULE_NOT_FOUND';
/******/ 			throw e;
/******/ 		}
/******/ 		__webpack_modules__[moduleId](module, module.exports, __webpack_require__);
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
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
// This entry needs to be wrapped in an IIFE because it needs to be isolated against other modules in the chunk.
(() => {
/*!***************************!*\
  !*** ./src/main.js ***!
  \***************************/
__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   "default": () => (/* export default binding */ __WEBPACK_DEFAULT_EXPORT__),
/* harmony export */   options: () => (/* reexport safe */ _config_js__WEBPACK_IMPORTED_MODULE_3__.options)
/* harmony export */ });
/* harmony import */ var k6_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(/*! k6/http */ "k6/http");
/* harmony import */ var k6__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(/*! k6 */ "k6");
/* harmony import */ var k6_metrics__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(/*! k6/metrics */ "k6/metrics");
/* harmony import */ var _config_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(/*! ./config.js */ "./src/config.js");






const latency = new k6_metrics__WEBPACK_IMPORTED_MODULE_2__.Trend('latency');

/* harmony default export */ function __WEBPACK_DEFAULT_EXPORT__() {
  const res = k6_http__WEBPACK_IMPORTED_MODULE_0__.get('https://shop.example.com/');
  (0,k6__WEBPACK_IMPORTED_MODULE_1__.check)(res, { 'is 200': (r) => r.status === 200 });
  latency.add(res.timings.duration);
  (0,k6__WEBPACK_IMPORTED_MODULE_1__.sleep)(1);
}

})();

const __webpack_export_target__ = exports;
for(var __webpack_i__ in __webpack_exports__) __webpack_export_target__[__webpack_i__] = __webpack_exports__[__webpack_i__];
if(__webpack_exports__.__esModule) Object.defineProperty(__webpack_export_target__, "__esModule", { value: true });
/******/ })()
;
