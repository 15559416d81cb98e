import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: (() => {
        const list = [];
        if (__ENV.EU) list.push({ provider: 'prometheus', remoteWriteURL: 'https://eu.example.com/w' });
        return list;
      })(),
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
