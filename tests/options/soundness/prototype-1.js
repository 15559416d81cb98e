import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const p={v:1}; const o=Object.create(p); u1(p);
export const options = {cloud: {apm: [o.v]}};
