import http from 'k6/http';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

options.tags = { started: new Date().toISOString() };
options.scenarios = http.scenarios;
options['vus'] = Math.ceil(Math.random() * 10);
if (Math.random() > 0.5) options.duration = '1m';
options.thresholds = {};
options.thresholds[`http_req_duration{id:${Date.now()}}`] = ['avg<1'];

export default function () {
  http.get('https://shop.example.com/');
}
