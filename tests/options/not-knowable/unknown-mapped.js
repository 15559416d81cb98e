import http from 'k6/http';
import { flows } from 'k6/x/flows';

const names = flows.list().map((f) => f.name);

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          export_metrics: names,
        },
      ],
    },
  },
};

export default function () {}
