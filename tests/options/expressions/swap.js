import http from 'k6/http';
let a = 1, b = 5;
[a, b] = [b, a];

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: a, list: [b] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
