import http from 'k6/http';
const metrics = [];
for (let i = 1, n = 3; i <= n; i++) {
  if (i === 2) continue;
  metrics.push('step_' + i);
}
let total = 0;
for (;;) {
  total += 1;
  if (total >= 5) break;
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics, resampleRate: total }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
