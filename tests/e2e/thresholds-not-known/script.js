import lib from 'k6/x/lib';
export const options = {
  thresholds: {
    http_reqs: [`count>${lib.least}`, 'count<1000'],
    checks: ['rate>0.5'],
  },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'http://localhost:9090/api/v1/write' }] } },
};
export default function () {}
