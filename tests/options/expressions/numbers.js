import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: 0x5, a: 0b101, b: 0o17, c: 1e1, d: .5, e: 1_000, f: 5., g: 1E-2, h: 0XfF, i: 2 ** 3 }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
