import fs = require('./lib/destinations');

export const options = { ext: { loadimpact: { apm: fs.apm } } };
export default function () {}
