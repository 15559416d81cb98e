import http from 'k6/http';

let url!: string;
url = 'https://prom.example.com/api/v1/write';
var rate: number | undefined;
rate = 5;

export const options: any = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: url, metrics: ['checks'], resampleRate: rate! }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
