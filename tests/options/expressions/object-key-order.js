import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: Object.keys({ b: 0, 2: 0, a: 0, 1: 0 }).map((k) => `m_${k}`) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
