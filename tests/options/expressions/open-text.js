import http from 'k6/http';
const metrics = open('./data/metrics.csv')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split(',')[0]);

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: open('data/url.txt').trim(), metrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
