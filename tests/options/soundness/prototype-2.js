import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const p={a:{x:1},b:{x:1}}; const o=Object.create(p); const y=o[ukey()]; if(y) y.x=3;
export const options = {cloud: {apm: [p.a.x]}};
