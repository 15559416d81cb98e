import http from 'k6/http';
const metrics = [];
['get', 'post'].forEach((verb, i) => {
  metrics.push(`http_req_duration{method="${verb.toUpperCase()}"}`);
  if (i === 0) metrics.push('checks');
});

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
