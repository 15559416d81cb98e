const apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];

Math.random() > 0.5 && apm.push({ provider: 'datadog' });

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
