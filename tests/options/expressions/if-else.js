import http from 'k6/http';
let resampleRate = 3;
const metrics = ['checks'];
if (__ENV.DETAIL === 'high') {
  resampleRate = 1;
  metrics.push('http_req_waiting');
} else if (__ENV.DETAIL) resampleRate = 5;
else {
  resampleRate = 10;
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate, metrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
