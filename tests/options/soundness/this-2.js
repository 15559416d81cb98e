import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1,m(){ u&&(this.a=2); u?this.b=3:0 }}; o.m();
export const options = {cloud: {apm: [o.a,o.b]}};
