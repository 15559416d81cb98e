import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const o={set v(x){n=2}}; o[ukey()]=1;
export const options = {cloud: {apm: [n]}};
