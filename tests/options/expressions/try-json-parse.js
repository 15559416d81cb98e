import http from 'k6/http';
function listOf(text) {
  try {
    return JSON.parse(text);
  } catch (_) {
    return text.split(' ');
  }
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: listOf(__ENV.METRICS), list: listOf('["a"]') }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
