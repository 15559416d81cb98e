import http from 'k6/http';
const config = {
  base: 2,
  get rate() {
    return this.base + 3;
  },
  get metrics() {
    return ['checks'];
  },
};

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: config.rate, metrics: config.metrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
