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
        region: 'eu',
        metrics: ['http_req_sending'],
        includeDefaultMetrics: true,
        includeTestRunId: false,
        resampleRate: 3,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
