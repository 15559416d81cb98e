import http from 'k6/http';
var x = 1;
function f() {
  var x = 5;
  {
    let x = 7;
    x += 1;
  }
  return x;
}
const g = (x) => {
  x += 1;
  return x;
};

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: f(), list: [x, g(1)] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
