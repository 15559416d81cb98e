import http from 'k6/http';
let config = { resampleRate: 5 };
try {
  config = JSON.parse(open('./data/local.json'));
} catch (e) {
  console.log('no local settings');
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', ...config }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
