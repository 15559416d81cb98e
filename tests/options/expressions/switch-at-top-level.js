import http from 'k6/http';
let resampleRate;
switch (__ENV.KIND) {
  case 'load':
    resampleRate = 5;
    break;
  default:
    resampleRate = 1;
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
