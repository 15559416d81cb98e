export const options = {
  cloud: null,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write' }] } },
};

export default function () {}
