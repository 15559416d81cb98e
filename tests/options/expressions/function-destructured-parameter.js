import http from 'k6/http';
const settings = ({ rate, id = true, tags: [tag] = ['x'] }) => ({ resampleRate: rate, includeTestRunId: id, tag });

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...settings({ rate: 5 }) }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
