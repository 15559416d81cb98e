import http from 'k6/http';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

options.ext.loadimpact.name = `run of ${new Date().toISOString()}`;
options.ext.loadimpact.projectID = Number(http.projectID);

export default function () {
  http.get('https://shop.example.com/');
}
