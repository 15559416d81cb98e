export const options = {
  apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }],
  ext: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }], other: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } },
  scenarios: { s: { executor: 'shared-iterations', tags: { apm: 'yes' } } },
};

export default function () {}
