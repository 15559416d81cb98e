import exec from 'k6/execution';

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };

if (exec.cloud()) {
  options.ext.loadimpact.apm[0].resampleRate = 5;
} else {
  options.ext.loadimpact.apm[0].resampleRate = 1;
}

export default function () {}
