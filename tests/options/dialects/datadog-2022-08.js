import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'datadog',
        apiKey: 's3cr3t-api-key',
        appKey: 's3cr3t-app-key',
        region: 'us5',
        metrics: [{ sourceMetric: 'http_reqs{status="500"}', targetMetric: 'shop.server_errors', keepTags: ['name'] }],
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
