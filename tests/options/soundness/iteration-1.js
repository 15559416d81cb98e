import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const o={a:1,b:2,c:3}; let n=0; for(const k in o){ n++; u1(o) }
export const options = {cloud: {apm: [n]}};
