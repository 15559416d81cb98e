import http from 'k6/http';
const base = 'https://prom.example.com/';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: `${base.endsWith('/') ? base.slice(0, -1) : base}/api/v1/write` }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
