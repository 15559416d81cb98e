export const options = { vus: 1 };
options.cloud = { name: 'shop' };
options.cloud.apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];

export default function () {}
