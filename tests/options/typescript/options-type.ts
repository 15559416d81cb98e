import http from 'k6/http';
import { Options } from 'k6/options';

export const options: Options = {
  vus: 1,
  thresholds: { http_req_failed: ['rate<0.01'] },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } },
};

export default function (): void {
  http.get('https://shop.example.com/');
}
