import http from 'k6/http';
const config = { metrics: { custom: ['checks'] }, rates: [3, 5], list: ['us', 'eu'] };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: config.metrics.custom, resampleRate: config['rates'][1], region: config.list[config.list.length - 1], username: 'abc'[1], a: config.nothing, b: [1, 2, 3].at(-1) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
