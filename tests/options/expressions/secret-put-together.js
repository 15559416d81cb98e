import http from 'k6/http';
function decode(parts) {
  return parts.join('-');
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', credentials: { token: decode(['s3cr3t', 'put', 'together']) } }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
