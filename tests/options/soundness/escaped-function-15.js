import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const f=u1()||(()=>{n=2}); n=1; if(typeof f==='function') f();
export const options = {cloud: {apm: [n]}};
