export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
      /* distribution: {
        // apm: [],
        ashburn: { loadZone: 'amazon:us:ashburn', percent: 100 /* } }*/
    },
  },
};

export default function () {}
