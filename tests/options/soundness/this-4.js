import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const p={v:1}; function f(){ return cond()?this:p } const q={v:1,f}; q.f().v=2;
export const options = {cloud: {apm: [p.v,q.v]}};
