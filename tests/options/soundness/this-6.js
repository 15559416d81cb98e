import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1}; function m(){ if(u) this.a=2 } m.call(o);
export const options = {cloud: {apm: [o.a]}};
