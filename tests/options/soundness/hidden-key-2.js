import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const inner={x:1}; const o={a:inner,[ukey()]:0}; try{o.a.x=2}catch(e){}
export const options = {cloud: {apm: [inner.x]}};
