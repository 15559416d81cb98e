import http from 'k6/http';
const id = Math.random().toString(36).slice(2);
let picked;
if (Math.random() > 0.5) { picked = 'a'; } else { picked = 'b'; }

export const options = {
  tags: { id, picked },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
