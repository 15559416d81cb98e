import http from 'k6/http';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: Math.random() }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
