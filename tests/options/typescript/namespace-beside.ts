import http from 'k6/http';

namespace Shop {
  export const options = { ext: { loadimpact: { apm: [] } } };
  export namespace Inner { export type X = string }
}
namespace OnlyTypes { export interface A { b: string } }

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
