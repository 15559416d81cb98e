import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['a'].concat(['b'], 'c', [['d']].flat()), list: [[1, 2, 3].map((x) => x * 2), [1, 2, 3].filter((x) => x % 2), [1, 2, 3].slice(1), [1, 2, 3].slice(-2, -1), [3, 1, 2].reverse(), [1, 2, 3].includes(2), [1, 2].indexOf(3), ['a', 'b'].join('-'), ['a', null, 'c'].join(), [5, 6].find((x) => x > 5), [5, 6].findIndex((x) => x > 5), [1].some((x) => x > 1), [1].every((x) => x > 0)] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
