import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: Array.from({ length: 3 }, (_, i) => `step_${i + 1}`), list: [Array.from('ab'), Array.from([1, 2], (x) => x * x), Array.isArray([]), Array.isArray('a'), Array.of(1, 2), new Array(2).fill(0), [...Array(2).keys()], Array.from(new Set(['a', 'a', 'b']))] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
