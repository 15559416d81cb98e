import * as ns from './lib/more-m06-star-ma.js';
export const options = {cloud: {apm: [Object.keys(ns), ns.default, ns.x, 'y' in ns]}};
