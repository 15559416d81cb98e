export const options = { ext: { loadimpact: { apm: [] } } };

options.ext.loadimpact.apm.push({ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] });

export default function () {}
