import { addDestinations } from 'https://config.example.com/tune.js';

const apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];
addDestinations(apm);

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
