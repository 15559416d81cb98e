import http from 'k6/http';
const { RATE = 5, REGION: region = 'eu', USER_NAME: user, ...rest } = __ENV;
const others = rest.MORE ? { more: rest.MORE } : {};

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', resampleRate: RATE, region, username: user, ...others }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
