import http from 'k6/http';
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
const flatten = (list) => list.reduce((all, x) => all.concat(Array.isArray(x) ? flatten(x) : x), []);

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: fib(5), list: flatten([1, [2, [3, [4]]]]) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
