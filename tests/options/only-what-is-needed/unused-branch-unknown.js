import { remoteApm } from 'https://config.example.com/apm.js';

const useRemote = __ENV.REMOTE === '1';

export const options = {
  ext: { loadimpact: { apm: useRemote ? remoteApm() : [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {}
