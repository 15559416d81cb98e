import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const fs=[()=>{n=2}]; if(cond()) fs.push(()=>{n=3}); n=1; fs.forEach(f=>f());
export const options = {cloud: {apm: [n]}};
