import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const p={v:1}; const t={}; Object.assign(t,{k:p},uobj()); t.k.v=2;
export const options = {cloud: {apm: [p.v]}};
