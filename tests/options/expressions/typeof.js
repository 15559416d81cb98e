import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [typeof __ENV.NO, typeof 'x', typeof 1, typeof null, typeof [], typeof (() => 1), typeof nowhere, typeof true], region: typeof __ENV.NO === 'undefined' ? 'eu' : __ENV.NO }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
