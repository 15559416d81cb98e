import { team } from 'k6/x/team';

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};
options[team.section()] = null;

export default function () {}
