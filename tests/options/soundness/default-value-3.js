import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const m={v:1}; function f(){ const {a={m}}={}; m.v=2 } if(u) f();
export const options = {cloud: {apm: [m.v]}};
