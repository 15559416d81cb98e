export const options = {
  ext: { loadimpact: { apm: APM_BLOCK } },
};

export default function () {}
