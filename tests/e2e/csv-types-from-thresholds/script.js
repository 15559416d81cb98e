import { Rate, Gauge } from 'k6/metrics';
export const options = {
  thresholds: {
    'cart_size{name:home}': [{ threshold: 'value < 10', abortOnFail: true }],
    errors: ['rate<0.1'],
  },
  ext: { loadimpact: { apm: [{
    provider: 'prometheus',
    remoteWriteURL: 'http://localhost:9090/api/v1/write',
    metrics: ['cart_size', 'errors'],
    includeDefaultMetrics: false,
  }] } },
};
export default function () {}
