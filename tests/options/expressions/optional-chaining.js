import http from 'k6/http';
const config = { apm: { rate: 5 }, g: (x) => x * 2 };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: config?.apm?.rate, region: config.none?.region, username: config.none?.[0]?.name ?? 'x', a: config.f?.(), b: config.g?.(2) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
