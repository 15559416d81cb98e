import http from 'k6/http';

export default function () {
  const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } } };
  http.get('https://shop.example.com/', options);
}
