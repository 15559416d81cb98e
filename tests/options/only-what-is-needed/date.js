import http from 'k6/http';
const started = new Date();
const stamp = Date.now();

export const options = {
  tags: { started: started.toISOString(), stamp: `${stamp}` },
  startTime: new Date(),
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
