import http from 'k6/http';

export const options = {
  vus: 2,
  duration: '30s',
  ext: {
    loadimpact: {
      apm: [{
        provider: 'prometheus',
        remoteWriteURL: 'https://prom.example.com/api/v1/write',
        export_metrics: ['k6.vus', 'checks'],
        export_default_metrics: false,
        resample_rate: 5,
        include_test_run_id: true,
      }],
    },
  },
};

export default function () {
  http.get('https://shop.example.com/');
}
