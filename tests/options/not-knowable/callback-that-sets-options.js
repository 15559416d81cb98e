import { SharedArray } from 'k6/data';
import { onLoad } from 'k6/x/events';

export const options = { vus: 1 };

onLoad(() => {
  options.ext = { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } };
});

export default function () {}
