import http from 'k6/http';
const flags = { includeTestRunId: false, resampleRate: 5 };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...flags, includeTestRunId: true, ...(__ENV.NO ? { no: 1 } : {}), ...(__ENV.YES && { yes: 1 }), ...null, ...undefined, ...false }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
