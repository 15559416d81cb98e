import http from 'k6/http';

export const options = {
  thresholds: Object.fromEntries(Array.from({ length: Math.ceil(Math.random() * 5) }, (_, i) => [`m${i}`, ['avg<1']])),
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
