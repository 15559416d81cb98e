import http from 'k6/http';

const env = (name: string, fallback?: string): string => {
  const value: string | undefined = __ENV[name];
  if (value === undefined && fallback === undefined) throw new Error(`${name} is not set`);
  return (value ?? fallback)!;
};

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: env('PROM_URL'), metrics: [env('METRIC', 'checks')], resampleRate: Number(env('RATE', '5')) }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
