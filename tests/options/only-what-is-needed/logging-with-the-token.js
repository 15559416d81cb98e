import http from 'k6/http';
const token = 's3cr3t-logged-token';
console.log('using ' + token);

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

options.ext.loadimpact.apm[0].credentials = { token };

export default function () {
  http.get('https://shop.example.com/');
}
