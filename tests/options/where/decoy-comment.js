/*
export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } } };
*/
export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      // apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }],
      apm: [
        // { provider: 'datadog' },
        { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }, // ...
      ],
    },
  },
};

export default function () {}
