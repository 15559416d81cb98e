import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'datadogeu',
        api_key: 's3cr3t-api-key',
        app_key: 's3cr3t-app-key',
        metrics: ['checks'],
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
