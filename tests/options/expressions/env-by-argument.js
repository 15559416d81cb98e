import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: `https://${__ENV.HOST}/api/v1/write` }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
