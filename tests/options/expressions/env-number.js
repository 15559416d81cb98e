import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: Number(__ENV.RATE), a: parseInt(__ENV.RATE, 10), b: +__ENV.RATE, c: __ENV.RATE * 1, d: parseFloat(__ENV.SHARE), e: Number.parseInt('12px') }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
