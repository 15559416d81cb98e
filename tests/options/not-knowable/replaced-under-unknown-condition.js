export let options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

if (Date.now() % 2) {
  options = { vus: 1 };
}

export default function () {}
