import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], username: '\uD83D\uDE00 caf\u00e9' }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
