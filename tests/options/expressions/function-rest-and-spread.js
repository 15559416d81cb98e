import http from 'k6/http';
const pick = (first, ...rest) => [...rest, first];
function count() {
  return arguments.length;
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: pick('a', 'b', ...['c']), resampleRate: count(1, 2, 3, 4, 5) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
