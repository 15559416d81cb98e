export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } } };
