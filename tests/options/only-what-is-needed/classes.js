import http from 'k6/http';
class Shop extends Object {
  #secret = Math.random();
  static options = { apm: [] };
  static { this.count = 1; }
  constructor(base) { super(); this.base = base; }
  get options() { return null; }
  async *pages() { yield* []; }
  ['go' + 1]() { return this.#secret; }
}
const shop = new Shop(http);

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
