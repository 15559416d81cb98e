import http from 'k6/http';

function rate(kind: 'slow'): 5;
function rate(kind: string): number;
function rate(kind: string): number {
  return kind === 'slow' ? 5 : 1;
}

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: rate('slow') }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
