import http from 'k6/http';
const list = ['a', 'b', 'c', 'd'];
list.shift();
list.pop();
list.unshift('first');
list.splice(1, 1, 'x', 'y');
list[list.length] = 'last';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: list }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
