import { makeDefaults } from 'https://config.example.com/k6-defaults.js';

export const options = {
  ...makeDefaults(),
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {}
