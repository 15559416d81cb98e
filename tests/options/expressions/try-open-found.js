import http from 'k6/http';
let extra;
try {
  extra = JSON.parse(open('./data/extra.json'));
} catch (e) {
  extra = { resampleRate: 1 };
} finally {
  extra.includeTestRunId = true;
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...extra }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
