export const options = { ext: { loadimpact: {} } };
const cloud = options.ext.loadimpact;

cloud.apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];

export default function () {}
