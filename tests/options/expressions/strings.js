import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['plain', "it's", 'say "hi"', 'tab\there', 'a\\b', '\x6bsix', '\u0063hecks', '\u{63}\u{1F600}', '\0end', '\v\f\b', '\'', "\"", '\q'] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
