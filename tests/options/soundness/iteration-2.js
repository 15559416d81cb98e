import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const s=new Set([1]); let n=0; for(const x of s){ n++; if(n<9) u1(s) }
export const options = {cloud: {apm: [n]}};
