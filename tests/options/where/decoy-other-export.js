export const options = { vus: 1 };
export const cloudOptions = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } } };

export default function () {}
