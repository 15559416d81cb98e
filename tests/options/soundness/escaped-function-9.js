import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const hs=[]; const on=f=>hs.push(f); on(()=>{n=2}); const fire=()=>hs.forEach(h=>h()); if(cond()) hs.push(()=>{}); n=1; fire();
export const options = {cloud: {apm: [n]}};
