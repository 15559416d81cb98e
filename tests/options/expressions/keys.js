import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', 'resampleRate': 5, "includeDefaultMetrics": false, 7: 'seven', 0x10: 'sixteen', 1.5: 'x', if: 1, class: 2, \u0061b: 3, é: 4, $_: 5 }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
