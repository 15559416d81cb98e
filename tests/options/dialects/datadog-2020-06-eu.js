import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'DataDogEU',
        api_key: 's3cr3t-api-key',
        app_key: 's3cr3t-app-key',
        export_metrics: ['k6.vus', 'my_rate'],
        export_default_metrics: true,
        resample_rate: 3,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
