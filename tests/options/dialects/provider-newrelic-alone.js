import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'newrelic', licenseKey: 's3cr3t-license' }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
