import http from 'k6/http';
import { flows } from './generated/flows.js';

const names = Object.keys(flows);

export const options = {
  scenarios: flows,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
