import http from 'k6/http';
const user = 'writer';
const password = ['s3cr3t', 'url', 'password'].join('-');
const tenant = 's3cr3t-tenant';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: `https://${user}:${password}@prom.example.com/api/v1/write?tenant=${tenant}` }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
