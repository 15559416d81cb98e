import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=0; let f=()=>{n=2}; if(u) f=()=>{}; n=1; f();
export const options = {cloud: {apm: [n]}};
