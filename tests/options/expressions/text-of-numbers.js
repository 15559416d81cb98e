import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [`${1e21}`, '' + 0.000001, `${1e-7}`, String(100), (255).toString(16), (1.005).toFixed(2), `${-0}`, `${1 / 3}`, `${123456789012345680000}`] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
