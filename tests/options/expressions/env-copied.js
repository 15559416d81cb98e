import http from 'k6/http';
const env = Object.assign({ PROM_URL: 'https://prom.example.com/api/v1/write' }, __ENV);

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: env.PROM_URL }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
