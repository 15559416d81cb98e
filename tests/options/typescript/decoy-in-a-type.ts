import http from 'k6/http';

type options2 = { options: { ext: { loadimpact: { apm: [{ provider: 'datadog' }] } } } };
// export const options: Options = { ext: { loadimpact: { apm: [] } } };
export const options = { vus: 1 } as { vus: number; ext?: { loadimpact: { apm: [] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
