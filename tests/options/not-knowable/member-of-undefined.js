const config = {};

export const options = {
  ext: { loadimpact: { apm: config.cloud.apm } },
};

export default function () {}
