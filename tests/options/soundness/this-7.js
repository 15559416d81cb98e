import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1,get g(){ if(u) this.a=2; return 1 }}; o.g;
export const options = {cloud: {apm: [o.a]}};
