import config from './lib/config.json' with { type: 'json' };

export const options = { ext: config.ext };

export default function () {}
