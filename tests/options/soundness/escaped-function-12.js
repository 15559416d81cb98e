import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; function mk(){ if(cond()) return ()=>{n=2}; return ()=>{n=3} } const f=mk(); n=1; f();
export const options = {cloud: {apm: [n]}};
