import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['http-req-duration'.replace(/-/g, '_'), 'Check Out'.toLowerCase().replace(/\s+/g, '_')] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
