import http from 'k6/http';
import { makeScenarios } from './lib/scenarios.js';

export const options = {
  scenarios: makeScenarios(Math.random()),
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
