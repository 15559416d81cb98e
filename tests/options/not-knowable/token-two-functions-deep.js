import http from 'k6/http';
import exec from 'k6/execution';

function id() {
  return exec.test.id();
}
function token() {
  return `t-${id()}`;
}

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          credentials: { token: token() },
        },
      ],
    },
  },
};

export default function () {}
