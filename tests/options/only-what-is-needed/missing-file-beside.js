import http from 'k6/http';
const users = JSON.parse(open('./lib/nobody-has-this.json'));
const cert = open('./lib/certificate.pem');

export const options = {
  tlsAuth: [{ cert, key: open('./lib/key.pem') }],
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
