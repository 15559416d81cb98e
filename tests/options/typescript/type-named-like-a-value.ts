import http from 'k6/http';

type options = { apm: [] };
interface apm { provider: 'datadog' }
const type = 'prometheus';
let declare = 5, namespace = ['checks'], abstract = 1, as = 2;

export const options = { ext: { loadimpact: { apm: [{ provider: type, remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: namespace, resampleRate: declare }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
