import http from 'k6/http';
const base = ['checks', 'iterations'];

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: [...base, ...['vus'], ...'ab', ...(__ENV.X ? ['x'] : []), 'last'] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
