import http from 'k6/http';
const BASE = __ENV.BASE || 'https://shop.example.com';

function login() {
  const res = http.post(`${BASE}/login`, JSON.stringify({ options: { apm: [] } }));
  return res.json('token');
}

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export function setup() {
  return { token: login() };
}

export function teardown(data) {
  http.del(`${BASE}/session/${data.token}`);
}

export default function () {
  http.get('https://shop.example.com/');
}
