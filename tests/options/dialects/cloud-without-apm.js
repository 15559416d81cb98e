export const options = {
  cloud: { projectID: 3719 },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write' }] } },
};

export default function () {}
