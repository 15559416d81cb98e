import http from 'k6/http';
const [first, , ...others] = ['checks', 'skipped', 'vus', 'iterations'];
const { rate, region: r = 'eu', inner: { deep } } = { rate: 5, inner: { deep: 'me' } };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: [first, ...others], resampleRate: rate, region: r, username: deep }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
