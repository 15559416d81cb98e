import http from 'k6/http';
function destination(host, metrics = ['checks'], resampleRate = 3) {
  const remoteWriteURL = `https://${host}/api/v1/write`;
  return { provider: 'prometheus', remoteWriteURL, metrics, resampleRate };
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [destination('a.example.com'), destination('b.example.com', ['vus'], 5), destination('c.example.com', undefined, 1)],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
