export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
    },
  },
};

export default function () {
  options.ext.loadimpact.apm = [];
  options.vus = 3;
}
