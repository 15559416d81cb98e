import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: (60 / 12), list: [1 + 2 * 3, (1 + 2) * 3, 7 % 3, -7 % 3, 2 ** 3 ** 2, 10 / 4, '1' + 2, 1 + '2', '6' * '2', 5 - '2', 1 + 2 + '3', -'4', 0.1 + 0.2, 7 & 3, 5 | 8, 5 ^ 1, ~5, 1 << 4, -16 >> 2, -1 >>> 28] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
