import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { htmlReport } from 'https://raw.githubusercontent.com/benc-uk/k6-reporter/main/dist/bundle.js';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export function setup() { return http.get('https://shop.example.com/').json(); }
export function teardown(data) { console.log(data); }
export function handleSummary(data) {
  return { 'summary.html': htmlReport(data), stdout: JSON.stringify(data.options) };
}

export default function () {
  http.get('https://shop.example.com/');
}
