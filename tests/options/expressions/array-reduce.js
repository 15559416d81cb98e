import http from 'k6/http';
const thresholds = { 'http_req_duration{status:200}': ['p(95)<500'], checks: ['rate>0.9'] };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: Object.keys(thresholds).reduce((all, name) => [...all, name.split('{')[0]], []), resampleRate: [1, 2, 2].reduce((a, b) => a + b) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
