export const options = {
  ext: { loadimpact: { apm: [destination] } },
};
const destination = { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] };

export default function () {}
