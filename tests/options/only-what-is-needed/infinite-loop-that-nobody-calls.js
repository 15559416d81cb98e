import http from 'k6/http';
function poll() {
  while (true) {
    const res = http.get('https://shop.example.com/ready');
    if (res.status === 200) return;
  }
}
const forever = () => { for (;;) {} };

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
