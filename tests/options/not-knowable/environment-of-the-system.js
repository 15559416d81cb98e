import { system } from 'k6/x/system';

export const options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: system.env().PROM_URL }] } },
};

export default function () {}
