export const options = { ext: { loadimpact: { name: 'shop' } } };

options['ext']['loadimpact'].apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];

export default function () {}
