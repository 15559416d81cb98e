import http from 'k6/http';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

console.log(options);
console.log(JSON.stringify(options), `${options.vus}`);
console.log(JSON.stringify(options.ext.loadimpact.apm, null, 2));

export default function () {
  http.get('https://shop.example.com/');
}
