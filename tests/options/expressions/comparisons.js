import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [1 < 2, 'a' < 'b', '10' < '9', 10 > 9, 2 >= 2, 1 <= 0, 1 == '1', 1 === '1', null == undefined, null === undefined, 1 != 2, 'a' !== 'a', NaN === NaN, [1] == 1] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
