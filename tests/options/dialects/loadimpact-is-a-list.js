export const options = {
  ext: { loadimpact: [{ apm: [] }] },
};

export default function () {}
