import { fetchOptions } from 'https://config.example.com/options.js';

export let options = fetchOptions();

options = { vus: 1, ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

export default function () {}
