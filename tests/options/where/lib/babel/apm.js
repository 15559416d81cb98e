"use strict";

Object.defineProperty(exports, "__esModule", {
  value: true
});
exports.prometheus = void 0;
var metrics = ['http_req_duration', 'checks'];
var prometheus = exports.prometheus = function prometheus(url) {
  return {
    provider: 'prometheus',
    remoteWriteURL: url,
    includeDefaultMetrics: false,
    metrics: [].concat(metrics, ['vus'])
  };
};
