export const options = {
  cloud: { apm: [] },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/w' }] } },
};

export default function () {}
