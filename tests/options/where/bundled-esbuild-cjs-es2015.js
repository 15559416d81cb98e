var __create = Object.create;
var __defProp = Object.defineProperty;
var __defProps = Object.defineProperties;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropDescs = Object.getOwnPropertyDescriptors;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getOwnPropSymbols = Object.getOwnPropertySymbols;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __propIsEnum = Object.prototype.propertyIsEnumerable;
var __defNormalProp = (obj, key, value) => key in obj ? __defProp(obj, key, { enumerable: true, configurable: true, writable: true, value }) : obj[key] = value;
var __spreadValues = (a, b) => {
  for (var prop in b || (b = {}))
    if (__hasOwnProp.call(b, prop))
      __defNormalProp(a, prop, b[prop]);
  if (__getOwnPropSymbols)
    for (var prop of __getOwnPropSymbols(b)) {
      if (__propIsEnum.call(b, prop))
        __defNormalProp(a, prop, b[prop]);
    }
  return a;
};
var __spreadProps = (a, b) => __defProps(a, __getOwnPropDescs(b));
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// src/main.js
var main_exports = {};
__export(main_exports, {
  default: () => main_default,
  options: () => options
});
module.exports = __toCommonJS(main_exports);
var import_http = __toESM(require("k6/http"));
var import_k6 = require("k6");
var import_metrics = require("k6/metrics");

// src/apm.js
var metrics = ["http_req_duration", "checks"];
var prometheus = (url) => ({
  provider: "prometheus",
  remoteWriteURL: url,
  includeDefaultMetrics: false,
  metrics: [...metrics, "vus"]
});

// src/config.js
var base = { vus: 2, duration: "30s" };
var options = __spreadProps(__spreadValues({}, base), {
  thresholds: { http_req_failed: ["rate<0.01"] },
  ext: {
    loadimpact: {
      projectID: 3719,
      name: `shop ${__ENV.TARGET || "staging"}`,
      apm: [prometheus(`https://prom.example.com/${__ENV.TARGET || "staging"}/api/v1/write`)]
    }
  }
});

// src/main.js
var latency = new import_metrics.Trend("latency");
function main_default() {
  const res = import_http.default.get("https://shop.example.com/");
  (0, import_k6.check)(res, { "is 200": (r) => r.status === 200 });
  latency.add(res.timings.duration);
  (0, import_k6.sleep)(1);
}
