export let options = {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
    },
  },
};

if (__ENV.TARGET === 'prod') {
  options.ext.loadimpact.apm[0].resampleRate = 5;
} else {
  delete options.ext;
}

export default function () {}
