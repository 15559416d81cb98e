import _ from 'https://cdn.jsdelivr.net/npm/lodash@4/lodash.min.js';

const base = { vus: 1, ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

export const options = _.omit(base, base.vus);

export default function () {}
