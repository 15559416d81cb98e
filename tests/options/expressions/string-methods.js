import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', list: [' a '.trim(), 'AbC'.toLowerCase(), 'abc'.toUpperCase(), 'abc'.includes('b'), 'abc'.startsWith('ab'), 'abc'.endsWith('c'), 'abcdef'.slice(-3, -1), 'abcdef'.substring(4, 1), 'abcdef'.substr(1, 2), 'a-b-c'.replace('-', '_'), 'a-b-c'.replaceAll('-', '_'), 'abc'.indexOf('c'), '7'.padStart(3, '0'), 'a'.padEnd(3, '.'), 'ab'.repeat(2), 'a,b'.split(','), 'abc'.split(''), 'abc'.charAt(1), 'a'.concat('b', 1), 'abc'.length, 'a'.charCodeAt(0), ' x'.trimStart()] }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
