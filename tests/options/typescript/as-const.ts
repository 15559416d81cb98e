import http from 'k6/http';

const METRICS = ['checks'] as const;
const base = { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write' } as const;

export const options = { ext: { loadimpact: { apm: [{ ...base, metrics: METRICS as unknown as string[], resampleRate: (5 as number) }] } } } as const;

export default function (): void {
  http.get('https://shop.example.com/');
}
