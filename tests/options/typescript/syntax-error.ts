import http from 'k6/http';

export const options: Options = {
  vus: 1,
  ext: { loadimpact: { apm: [... ] } },
};

export default function (): void {
  http.get('https://shop.example.com/');
}
