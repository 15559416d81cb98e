import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: __ENV.PROM_URL,
        credentials: { username: __ENV['PROM_USER'], password: __ENV["PROM_PASSWORD"] },
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
