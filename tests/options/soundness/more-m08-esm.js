import * as ns from './lib/more-m08-esm-ma.js';
export const options = {cloud: {apm: ['__esModule' in ns, ns.__esModule]}};
