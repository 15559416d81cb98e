import http from 'k6/http';
let n = 1;
while (n < 5) n += 2;
const list = [];
let m = 3;
do {
  list.push(m);
} while (--m > 0);

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: n, list }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
