import http from 'k6/http';
const hosts = { eu: 'eu.example.com', us: 'us.example.com' };
const apm = [];
for (const [region, host] of Object.entries(hosts)) {
  apm.push({ provider: 'prometheus', remoteWriteURL: `https://${host}/w`, region });
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: apm,
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
