import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: true && 5, region: '' || 'eu', username: null ?? 'me', a: 0 && 1, b: (1, 2), c: !'' ? 'yes' : 'no' }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
