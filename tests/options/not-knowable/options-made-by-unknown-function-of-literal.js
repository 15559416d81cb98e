import { withDefaults } from 'https://config.example.com/tune.js';

export const options = withDefaults({
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
});

export default function () {}
