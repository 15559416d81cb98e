import http from 'k6/http';
import { metricNames } from 'https://config.example.com/metrics.js';

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          export_metrics: metricNames(),
        },
      ],
    },
  },
};

export default function () {}
