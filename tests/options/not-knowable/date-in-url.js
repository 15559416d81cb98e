export const options = {
  ext: { loadimpact: { apm: [{
    provider: 'prometheus',
    remoteWriteURL: `https://prom.example.com/${Date.now()}/write`,
  }] } },
};

export default function () {}
