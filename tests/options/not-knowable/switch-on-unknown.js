import exec from 'k6/execution';

let apm = [];
switch (exec.kind()) {
  case 1:
    apm = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];
    break;
  default:
}

export const options = { ext: { loadimpact: { apm } } };

export default function () {}
