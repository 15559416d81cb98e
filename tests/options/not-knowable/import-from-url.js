import { apm } from 'https://config.example.com/apm.js';

export const options = {
  ext: { loadimpact: { apm } },
};

export default function () {}
