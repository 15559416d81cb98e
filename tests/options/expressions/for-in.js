import http from 'k6/http';
const metrics = [];
const flows = { browse: 1, buy: 2 };
for (const flow in flows) {
  metrics.push(`${flow}_${flows[flow]}`);
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
