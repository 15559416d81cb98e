export let options = {
  // comments and template strings are no obstacle
  ext: { loadimpact: { apm: [{
    provider: `prometheus`, "remoteWriteURL": __ENV.WRITE_URL, credentials: { token: __ENV.TOKEN, },
    resample_rate: 5, export_metrics: ['checks'],
  }] } },
}
export default function () {}
