import http from 'k6/http';
let vus = 1;
if (__ENV.CI) vus = Number(__ENV.CI);
switch (http.get) { case undefined: vus = 2; break; default: vus = 3; }
const ramp = vus > Math.random() * 5 ? [{ target: 1 }] : makeStages();
function makeStages() { return [{ target: 2, duration: `${Date.now() % 60}s` }]; }

export const options = {
  stages: ramp,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
