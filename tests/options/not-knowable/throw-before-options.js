if (!__ENV.PROM_URL) {
  throw new Error(`PROM_URL is not set`);
}

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: __ENV.PROM_URL }] } },
};

export default function () {}
