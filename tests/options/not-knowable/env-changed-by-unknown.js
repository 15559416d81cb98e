import { loadEnv } from 'k6/x/dotenv';

loadEnv(__ENV);

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: __ENV.PROM_URL }] } },
};

export default function () {}
