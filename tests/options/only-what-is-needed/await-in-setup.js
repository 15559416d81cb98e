import http from 'k6/http';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export async function setup() {
  const res = await http.asyncRequest('GET', 'https://shop.example.com/');
  return res.body;
}

export default function () {
  http.get('https://shop.example.com/');
}
