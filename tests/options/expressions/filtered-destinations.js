import http from 'k6/http';
const eu = { provider: 'prometheus', remoteWriteURL: 'https://eu.example.com/w' };
const us = { provider: 'prometheus', remoteWriteURL: 'https://us.example.com/w' };

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [__ENV.EU && eu, __ENV.US && us].filter(Boolean),
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
