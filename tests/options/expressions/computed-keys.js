import http from 'k6/http';
const KEY = 'resampleRate';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', [KEY]: 5, ['include' + 'TestRunId']: true, [`a${1}`]: 1, [1 + 1]: 'two' }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
