import http from 'k6/http';
import { team } from 'k6/x/team';

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          ...team.settings(),
        },
      ],
    },
  },
};

export default function () {}
