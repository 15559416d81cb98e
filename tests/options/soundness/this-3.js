import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1,m(){ if(u) return this; return {} }}; o.m().a=5;
export const options = {cloud: {apm: [o.a]}};
