import http from 'k6/http';
const list = [];
outer: for (const a of [1, 2, 3]) {
  for (const b of [1, 2, 3]) {
    if (b === a) continue outer;
    if (a === 3) break outer;
    list.push(a * 10 + b);
  }
}

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
