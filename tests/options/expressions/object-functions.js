import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...Object.assign({ resampleRate: 1 }, { resampleRate: 5 }, null, __ENV.NO && {}), list: [Object.keys({ b: 1, a: 2 }), Object.values({ b: 1, a: 2 }), Object.entries({ a: 1 }), Object.fromEntries([['x', 1], ['y', 2]]), Object.freeze([1]), Object.keys(['p', 'q'])] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
