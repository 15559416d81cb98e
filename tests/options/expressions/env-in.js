import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', username: 'LOGIN' in __ENV ? __ENV.LOGIN : 'nobody', region: 'REGION' in __ENV ? 'set' : 'unset', a: __ENV.hasOwnProperty('LOGIN') }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
