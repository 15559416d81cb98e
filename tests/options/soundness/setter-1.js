import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=1; const o={set v(x){n=5}}; if(u) o.v=1;
export const options = {cloud: {apm: [n]}};
