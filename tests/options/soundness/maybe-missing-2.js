import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1}; if(u) o.b=1; let n=0; for(const k in o) n++;
export const options = {cloud: {apm: [n]}};
