import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const o={}; Object.defineProperty(o,'a',{value:1,enumerable:cond()});
export const options = {cloud: {apm: [Object.keys(o).length, o]}};
