import { remoteUrl } from 'https://config.example.com/apm.js';

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: __ENV.PROM_URL || remoteUrl(), metrics: ['checks'] }] } },
};

export default function () {}
