import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: 'https://prom.example.com/api/v1/write?key=s3cr3t-query&org=7',
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
