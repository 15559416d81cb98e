import http from 'k6/http';

export const options = JSON.parse(open('./data/load.json'));

export default function () {
  http.get('https://shop.example.com/');
}
