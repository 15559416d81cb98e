import http from 'k6/http';
import { Trend, Rate, Counter, Gauge } from 'k6/metrics';

const latency = new Trend('latency', true);
export let errors = new Rate('errors');
const all = { orders: new Counter('orders'), queue: new Gauge('queue') };

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
