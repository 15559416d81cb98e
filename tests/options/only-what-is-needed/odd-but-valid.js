import http from 'k6/http';
var $ = (a, b) => (a, b), _ = !function () {}();
label: for (;;) { break label; }
;;;
if (0) ; else ;
var yield_ = 1, async = 2, of = 3, get = 4, let_ = 5
var o = { async, get, set: 1, get x() { return 1 }, set x(v) {}, async *y() {}, 'a-b': 1, [`c`]: 2, ...{} }
const tag = (s, ...v) => s.raw.join(''), text = tag`a${1}b\u`, big = 123n, inf = 1 / 0;
new (class {})
void 0, typeof $, delete o.x, (-1) ** 0 ? 1 : 2

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
