import http from 'k6/http';
function rate(kind) {
  switch (kind) {
    case 'smoke':
      return 1;
    case 'load':
    case 'stress': {
      return 5;
    }
    default:
      return 3;
  }
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: rate(__ENV.KIND), list: [rate('smoke'), rate('other')] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
