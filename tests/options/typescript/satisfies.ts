import http from 'k6/http';
import type { Options } from 'k6/options';

const destination = { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 } satisfies Record<string, unknown>;

export const options = { ext: { loadimpact: { apm: [destination] } } } satisfies Options;

export default function (): void {
  http.get('https://shop.example.com/');
}
