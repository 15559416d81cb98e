import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'datadog',
        api_key: 's3cr3t-api-key',
        app_key: 's3cr3t-app-key',
        metrics: ['http_req_sending', 'my_rate'],
        include_default_metrics: false,
        include_test_run_id: true,
        resample_rate: 10,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
