import { cloud } from 'https://config.example.com/cloud.js';

export const options = {
  ext: { loadimpact: { ...cloud, apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {}
