'use strict';

Object.defineProperty(exports, '__esModule', { value: true });

var http = require('k6/http');
var k6 = require('k6');
var metrics$1 = require('k6/metrics');

const metrics = ['http_req_duration', 'checks'];

const prometheus = (url) => ({
  provider: 'prometheus',
  remoteWriteURL: url,
  includeDefaultMetrics: false,
  metrics: [...metrics, 'vus'],
});

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

const latency = new metrics$1.Trend('latency');

function main () {
  const res = http.get('https://shop.example.com/');
  k6.check(res, { 'is 200': (r) => r.status === 200 });
  latency.add(res.timings.duration);
  k6.sleep(1);
}

exports.default = main;
exports.options = options;
