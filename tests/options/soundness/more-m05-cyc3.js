import {o} from './lib/more-m05-cyc3-ma.js'; export function add(x){ o.n+=x } o.n++; 
export const options = {cloud: {apm: [o.n]}};
