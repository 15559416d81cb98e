const profiles = {
  smoke: { vus: 1 },
  load: {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
    },
  },
},
};
export const options = profiles[__ENV.PROFILE || 'smoke'];

export default function () {}
