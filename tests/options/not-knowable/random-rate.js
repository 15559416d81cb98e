import http from 'k6/http';
const rate = 1 + Math.floor(Math.random() * 9);

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [
        {
          provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
          resampleRate: rate,
        },
      ],
    },
  },
};

export default function () {}
