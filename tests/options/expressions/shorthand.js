import http from 'k6/http';
const metrics = ['checks'];
let resampleRate = 5;
var includeDefaultMetrics = false;

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics, resampleRate, includeDefaultMetrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
