import { sign } from 'k6/x/sign';

export const options = {
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'],
        credentials: { token: sign('s3cr3t-argument', `s3cr3t-template`) },
      }],
    },
  },
};

export default function () {}
