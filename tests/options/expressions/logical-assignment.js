import http from 'k6/http';
let rate;
rate ??= 5;
let region = 'eu';
region &&= 'us';
let name = '';
name ||= 'me';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: rate, region, username: name }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
