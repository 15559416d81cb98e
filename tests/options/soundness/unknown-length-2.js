import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const e={v:1}; const a=[e]; a.length=cond()?1:1; a[0].v=2;
export const options = {cloud: {apm: [e.v]}};
