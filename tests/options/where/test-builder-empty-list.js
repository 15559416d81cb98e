import { sleep } from 'k6'
import http from 'k6/http'

// See https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/
export const options = {
  ext: {
    loadimpact: {
      distribution: {
        'amazon:us:ashburn': { loadZone: 'amazon:us:ashburn', percent: 100 },
      },
      apm: [],
    },
  },
  thresholds: {},
}

export default function main() {
  let response

  response = http.get('https://shop.example.com/')
  sleep(1)
}
