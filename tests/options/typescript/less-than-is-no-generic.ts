import http from 'k6/http';

const a = 1, b = 2, c = 3;
const list = [a < b, b > c];

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
