import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: 'prometheus',
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
