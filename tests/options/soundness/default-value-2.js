import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const base={v:1}; function f(o={tags:base}){base.v=2} if(u) f();
export const options = {cloud: {apm: [base.v]}};
