import { remote } from 'k6/x/remote';

export const options = Object.assign(
  { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, },
  remote.options(),
);

export default function () {}
