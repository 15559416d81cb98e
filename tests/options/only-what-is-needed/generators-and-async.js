import http from 'k6/http';
function* ids() {
  let n = 0;
  while (true) yield n++;
}
const gen = ids();
const nth = gen.next().value;
async function later() {
  await null;
  for await (const x of []) console.log(x);
}
const run = async () => { await later(); };

export const options = {
  tags: { nth: String(nth) },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
