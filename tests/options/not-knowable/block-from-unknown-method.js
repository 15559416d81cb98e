import ops from 'k6/x/ops';

export const options = {
  ext: { loadimpact: { apm: [ops.prometheus(), { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {}
