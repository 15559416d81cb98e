import http from 'k6/http';
const rates = [2, 5, 3];
const lists = [['a'], ['b', 'c']];

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: Math.max(...rates), metrics: [].concat(...lists) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
