import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: ['eu', 'us'].map((region, i) => ({
        provider: 'prometheus',
        remoteWriteURL: `https://${region}.example.com/w`,
        resampleRate: i + 1,
      })),
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
