import http from 'k6/http';
const list = [
  { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] },
  { provider: 'prometheus', remoteWriteURL: 'https://two.example.com/w', metrics: ['checks'] },
];
const copy = JSON.parse(JSON.stringify(list));
copy[0].metrics.push('vus');

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: copy,
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
