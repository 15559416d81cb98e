import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; let t=cond()?'1':'2'; JSON.stringify(t,(k,v)=>{n=2;return v});
export const options = {cloud: {apm: [n]}};
