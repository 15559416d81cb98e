export let options = { vus: 1, ext: { loadimpact: {} } };

const withApm = (o, list) => { o.ext.loadimpact.apm = list; };
withApm(options, [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }]);

export default function () {}
