import http from 'k6/http';

enum Bits {
  None,
  A = 1 << 0,
  B = 1 << 2,
  AB = A | B,
  Length = 'abc'.length,
}
declare enum Outside { X }

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: Bits.AB }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
