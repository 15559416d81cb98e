export const options = { cloud: { apm: [
  { provider: 'prometheus', remoteWriteURL: __ENV.PROM_URL },
] } };
export default function () {}
