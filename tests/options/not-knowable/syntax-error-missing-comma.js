export const options = {
  ext: { loadimpact: { apm: [
    { provider: 'prometheus'
      remoteWriteURL: 'https://prom.example.com/api/v1/write' },
  ] } },
};

export default function () {}
