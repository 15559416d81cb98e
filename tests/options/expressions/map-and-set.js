import http from 'k6/http';
const rates = new Map([['fast', 1], ['slow', 5]]);
const names = new Set(['checks', 'vus', 'checks']);
names.add('iterations');

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: [...names], resampleRate: rates.get('slow'), includeTestRunId: names.has('vus') }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
