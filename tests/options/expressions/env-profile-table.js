import http from 'k6/http';
const PROFILES = {
  smoke: [{ provider: 'prometheus', remoteWriteURL: 'https://smoke.example.com/api/v1/write' }],
  load: [{ provider: 'prometheus', remoteWriteURL: 'https://load.example.com/api/v1/write' }],
};

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: PROFILES[__ENV.PROFILE] ?? PROFILES.smoke,
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
