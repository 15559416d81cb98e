import http from 'k6/http';
import type { Options, Scenario } from 'k6/options';

export let options: Partial<Options> & { scenarios?: { [name: string]: Scenario } } = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
