import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; let f; try{ u1(); f=()=>{n=2} }catch(e){ f=()=>{n=3} } n=1; f();
export const options = {cloud: {apm: [n]}};
