import http from 'k6/http';
import crypto from 'k6/crypto';

function token<T extends string>(seed: T): string {
  return crypto.md5(seed);
}

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', credentials: { token: token<string>(__ENV.SEED!) } }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
