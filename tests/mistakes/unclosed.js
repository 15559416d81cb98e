export const options = {
  ext: { loadimpact: { apm: [
    { provider: 'prometheus', remoteWriteURL: 'http://127.0.0.1:9/api/v1/write',
  ] } },
};
