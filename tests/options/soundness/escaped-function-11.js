import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const reg=new Map(); reg.set(ukey(),()=>{n=2}); n=1; reg.forEach(f=>f());
export const options = {cloud: {apm: [n]}};
