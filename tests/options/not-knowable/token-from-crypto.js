import http from 'k6/http';
import crypto from 'k6/crypto';

const TOKEN = crypto.md5(__ENV.SEED);

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          credentials: { token: TOKEN },
        },
      ],
    },
  },
};

export default function () {}
