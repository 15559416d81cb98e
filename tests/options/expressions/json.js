import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...JSON.parse('{"resampleRate": 5, "metrics": ["checks"], "a": {"b": [1e1, null, "\\u0041"]}}'), username: JSON.stringify({ a: [1, 'x', null, undefined], u: undefined, f: true }), region: JSON.stringify('a"b') }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
