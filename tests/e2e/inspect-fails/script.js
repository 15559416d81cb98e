import { apm } from 'https://example.com/apm.js';

export const options = {
  vus: 1,
  ext: { loadimpact: { apm: [apm('prometheus', 3)] } },
};
export default function () {}
