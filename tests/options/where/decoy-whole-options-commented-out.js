// export const options = {
//   vus: 1,
//   ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://decoy.example.com/api/v1/write' }] } },
// };

export const options = {
  vus: 10,
  duration: '1m',
};

export default function () {}
