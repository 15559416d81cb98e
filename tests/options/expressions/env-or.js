import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: __ENV.PROVIDER || 'prometheus', remoteWriteURL: 'https://' + (__ENV.PROM_HOST || 'prom.example.com') + '/api/v1/write', resampleRate: __ENV.RATE || 5 }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
