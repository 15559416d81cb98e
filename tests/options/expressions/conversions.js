import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [Number('12'), Number(''), Number(null), Number(true), Number('0x1f'), String(12), String(null), String([1, [2, 3]]), Boolean('false'), Boolean(0), parseInt('42abc'), parseInt('ff', 16), parseFloat('3.14xyz'), Number.isInteger(5), isNaN('x'), +'', +[], Number(' 12 ')] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
