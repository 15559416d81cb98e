import http from 'k6/http';
const Rate = Object.freeze({ FAST: 1, SLOW: 5 });
const Region = ['eu', 'us'];

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: Rate.SLOW, region: Region[0] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
