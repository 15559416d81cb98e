import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'datadog',
        api_key: 's3cr3t-api-key',
        appKey: 's3cr3t-app-key',
        include_default_metrics: false,
        export_metrics: ['checks'],
        resampleRate: 5,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
