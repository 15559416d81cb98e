export const options = { vus: 1 };

function enableApm() {
  options.ext = { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } };
}

enableApm();

export default function () {}
