import http from 'k6/http';

const rates: Map<string, number> = new Map([['slow', 5]]);
const env = __ENV as { PROM_URL?: string };

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: env.PROM_URL!, metrics: ['checks']!, resampleRate: rates.get('slow')! }] } },
};

export default function (): void {
  http.get('https://shop.example.com/');
}
