import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const o={v:0,m(){n=2}}; u1(o); n=1; try{o.m()}catch(e){}
export const options = {cloud: {apm: [n]}};
