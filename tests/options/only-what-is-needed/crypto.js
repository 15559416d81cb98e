import http from 'k6/http';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';

const hash = crypto.sha256('x', 'hex');
const basic = encoding.b64encode(`${__ENV.USER_NAME}:${hash}`);
const params = { headers: { Authorization: `Basic ${basic}` } };

export const options = {
  tags: { hash },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
