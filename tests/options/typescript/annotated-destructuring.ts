import http from 'k6/http';

const { RATE = '5', ...others }: Record<string, string> = __ENV;
const [metric]: [string] = ['checks'];
for (const x of [1] as number[]) { let y: number = x; }
try { throw 1; } catch (e: unknown) {}

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: [metric], resampleRate: +RATE }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
