import http from 'k6/http';

const destination = (url: string, metrics?: string[], { rate = 5 }: { rate?: number } = {}): { provider: string; [key: string]: unknown } => ({
  provider: 'prometheus',
  remoteWriteURL: url,
  metrics,
  resampleRate: rate,
});

export const options = { ext: { loadimpact: { apm: [destination('https://prom.example.com/api/v1/write', ['checks'])] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
