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
          { sourceMetric: 'http_reqs{status="200"}', targetMetric: 'shop_reqs' },
          { sourceMetric: 'http_reqs{status="500"}', targetMetric: 'shop_reqs' },
        ],
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
