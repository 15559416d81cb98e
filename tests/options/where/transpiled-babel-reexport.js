"use strict";

Object.defineProperty(exports, "__esModule", {
  value: true
});
exports.default = _default;
Object.defineProperty(exports, "options", {
  enumerable: true,
  get: function get() {
    return _config.options;
  }
});
var _http = _interopRequireDefault(require("k6/http"));
var _k = require("k6");
var _metrics = require("k6/metrics");
var _config = require("./lib/babel/config.js");
function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; }
var latency = new _metrics.Trend('latency');
function _default() {
  var res = _http.default.get('https://shop.example.com/');
  (0, _k.check)(res, {
    'is 200': function is_200(r) {
      return r.status === 200;
    }
  });
  latency.add(res.timings.duration);
  (0, _k.sleep)(1);
}
