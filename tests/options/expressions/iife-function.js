import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: (function (host) {
        return [{ provider: 'prometheus', remoteWriteURL: 'https://' + host + '/w' }];
      })('eu.example.com'),
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
