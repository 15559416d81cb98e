const apm = [];

export const options = { ext: { loadimpact: { apm } } };

apm.push({ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] });

export default function () {}
