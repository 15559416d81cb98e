import http from 'k6/http';

const rate = <number><unknown>'5';
export const options = <any>{ ext: { loadimpact: { apm: <Array<any>>[{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: <string[]>['checks'], resampleRate: Number(rate) }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
