import exec from 'k6/execution';

export const options = {
  ext: {
    loadimpact: {
      name: `shop ${new Date().toISOString()} ${exec.vu.idInTest}`,
      projectID: parseInt(Math.random() * 1000),
      distribution: exec.distribution(),
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
      note: Date(),
    },
    other: exec.other,
  },
};

export default function () {}
