import http from 'k6/http';

const a = (): string[] => ['checks'];
const b = async <T>(x: T): Promise<T> => x;
const c = (x?: number): x is number => x !== undefined;
const d = (c(5) ? (y: number): number => y : (z: number): number => z + 1);

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: a(), resampleRate: d(5) }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
