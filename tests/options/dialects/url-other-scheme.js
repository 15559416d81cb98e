import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: 'ftp://me:s3cr3t-ftp@prom.example.com/w',
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
