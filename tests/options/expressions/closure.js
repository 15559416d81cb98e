import http from 'k6/http';
const make = () => {
  let n = 0;
  return () => ++n;
};
const counter = make();
const adder = (a) => (b) => a + b;
const add5 = adder(5);

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [counter(), counter(), add5(2)], resampleRate: add5(0) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
