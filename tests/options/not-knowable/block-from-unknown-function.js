import { buildApm } from 'https://config.example.com/apm.js';

export const options = {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: buildApm(),
    },
  },
};

export default function () {}
