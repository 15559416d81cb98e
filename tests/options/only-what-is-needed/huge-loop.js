import http from 'k6/http';
let checksum = 0;
for (let i = 0; i < 50000000; i++) {
  checksum = (checksum * 31 + i) % 1000003;
}
const big = [];
for (let i = 0; i < 200000; i++) big.push({ id: i, name: `user-${i}` });

export const options = {
  tags: { checksum: String(checksum) },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
