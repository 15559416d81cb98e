import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';

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

const latency = new Trend('latency');

function main () {
  const res = http.get('https://shop.example.com/');
  check(res, { 'is 200': (r) => r.status === 200 });
  latency.add(res.timings.duration);
  sleep(1);
}

export { main as default, options };
