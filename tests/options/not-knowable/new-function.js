const make = new Function('return [{ provider: 1 }]');
export const options = { ext: { loadimpact: { apm: make() } } };

export default function () {}
