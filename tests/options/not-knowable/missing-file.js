const config = JSON.parse(open('./lib/missing.json'));

export const options = { ext: { loadimpact: { apm: config.apm } } };

export default function () {}
