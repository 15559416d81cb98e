import http from 'k6/http';
const TAGS = ['status'];

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: [{ sourceMetric: `http_req_duration{${['status="200"', 'method="GET"'].join(',')}}`, targetMetric: ['shop', 'latency'].join('_'), keepTags: [...TAGS, 'name'] }] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
