import http from 'k6/http';
import { generateScenarios } from 'https://jslib.example.com/scenarios/1.0.0/index.js';

export const options = {
  scenarios: generateScenarios(__ENV.TYPE),
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
