import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'azuremonitor',
        tenantId: __ENV.TENANT,
        clientSecret: 's3cr3t-azure',
        resampleRate: 60,
      },
      {
        provider: 'prometheus',
        remoteWriteURL: 'https://prom.example.com/api/v1/write',
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
