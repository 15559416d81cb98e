import config from './lib/load-config.js';

export const options = config.load;

export default function () {}
