import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; let f; switch(u1()){ case 1: f=()=>{n=2}; break; default: f=()=>{n=3} } n=1; f();
export const options = {cloud: {apm: [n]}};
