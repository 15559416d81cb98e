import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', includeDefaultMetrics: __ENV.DEFAULTS === 'true', includeTestRunId: !!__ENV.RUN_ID, a: Boolean(__ENV.NOTHING) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
