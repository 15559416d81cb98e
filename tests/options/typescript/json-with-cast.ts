import http from 'k6/http';

type Config = { rate: number; metrics: string[] };
const config = JSON.parse(open('./lib/config.json')) as Config;

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: config.metrics, resampleRate: config.rate }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
