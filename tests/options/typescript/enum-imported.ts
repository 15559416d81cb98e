import http from 'k6/http';
import { Rate } from './lib/enums';

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: Rate.Slow }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
