import { tune } from 'https://config.example.com/tune.js';

export const options = { vus: 1, ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

tune(options);

export default function () {}
