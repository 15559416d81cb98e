export const options = { vus: 1 };

if (Math.random() > 0.5) options.ext = { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } };

export default function () {}
