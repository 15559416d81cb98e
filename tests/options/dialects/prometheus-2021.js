import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: 'https://prom.example.com/api/v1/write',
        credentials: { token: 's3cr3t-dialect-token' },
        includeDefaultMetrics: true,
        metrics: ['my_rate', 'my_gauge'],
        includeTestRunId: false,
        resampleRate: 3,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
