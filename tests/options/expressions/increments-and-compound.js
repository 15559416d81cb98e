import http from 'k6/http';
let n = 2;
n += 4;
n--;
let m = 1;
let s = 'a';
s += 'b' + 1;

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: n, list: [m++, ++m, m--, m], username: s }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
