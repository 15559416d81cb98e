import {s} from './lib/more-m42-dynawait-ma.js'; const m=await import('./lib/more-m42-dynawait-mb.js');
export const options = {cloud: {apm: [s.v, m.q]}};
