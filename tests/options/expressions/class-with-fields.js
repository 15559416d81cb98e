import http from 'k6/http';
class Destination {
  metrics = ['checks'];
  constructor(host) {
    this.remoteWriteURL = `https://${host}.example.com/w`;
  }
}
class Prometheus extends Destination {
  static provider = 'prometheus';
  toJSON() {
    return { provider: Prometheus.provider, remoteWriteURL: this.remoteWriteURL, metrics: this.metrics };
  }
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [new Prometheus('eu').toJSON()],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
