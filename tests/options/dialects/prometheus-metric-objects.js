import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: 'https://prom.example.com/api/v1/write',
        metrics: [
          'checks',
          { sourceMetric: 'http_req_duration{status="200"}', targetMetric: 'ok_duration', keepTags: ['name', 'method'] },
          { sourceMetric: 'k6.vus', targetMetric: 'users' },
          '{__name__=~"http_req_.*"}',
        ],
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
