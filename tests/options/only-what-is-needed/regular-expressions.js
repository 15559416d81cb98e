import http from 'k6/http';
const quoted = /["'`]{1,2}\/\*[^/]*/gi;
const braces = /\{\{(\w+)\}\}/g, slash = /[/]\//;
const half = 10 / 2 / 5;
const named = /(?<year>\d{4})-(?<m>[\p{L}])/u.exec('x');
const t = `${/`}/.test('`') ? 'a' : "b"}`;
if (/a/.test('a')) /b/.exec('b');

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
