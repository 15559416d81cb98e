import http from 'k6/http';
const apm = [{ provider: 'prometheus', remoteWriteURL: 'https://eu.example.com/w' }];
if (!__ENV.ONLY_EU) {
  apm.push({ provider: 'prometheus', remoteWriteURL: 'https://us.example.com/w' });
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: apm,
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
