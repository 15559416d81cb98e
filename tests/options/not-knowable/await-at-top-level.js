const res = await fetchApm(1);
async function fetchApm(n) {
  return remote(n);
}

export const options = { ext: { loadimpact: { apm: res } } };

export default function () {}
