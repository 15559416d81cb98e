import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=[1]; let n=0; for(const x of a){ n++; if(n<9)u1(a) }
export const options = {cloud: {apm: [n]}};
