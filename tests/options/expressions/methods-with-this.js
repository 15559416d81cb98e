import http from 'k6/http';
const builder = {
  fields: { metrics: [] },
  rate(n) {
    this.fields.resampleRate = n;
    return this;
  },
  metric: function (name) {
    this.fields.metrics.push(name);
    return this;
  },
  build() {
    return this.fields;
  },
};

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...builder.rate(5).metric('checks').build() }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
