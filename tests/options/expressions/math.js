import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: Math.min(10, Math.max(1, Number(__ENV.RATE || 3))), list: [Math.round(2.5), Math.floor(-1.5), Math.ceil(1.2), Math.abs(-3), Math.trunc(-1.9), Math.pow(2, 5)] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
