import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=0; const f=u?()=>{n=2}:()=>{n=3}; n=1; f();
export const options = {cloud: {apm: [n]}};
