import { remote } from 'k6/x/remote';

export const options = { vus: 1, ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

Object.assign(options, remote.options());

export default function () {}
