export const options = { vus: 1 };

if (__ENV.MONITOR) {
  options.ext = { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } };
}

export default function () {}
