import http from 'k6/http';
import { readToken } from 'https://vault.example.com/k6.js';

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          credentials: { token: readToken(__ENV.VAULT) },
        },
      ],
    },
  },
};

export default function () {}
