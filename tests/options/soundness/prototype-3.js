import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const p={d:{v:1}}; const o=Object.create(p); if(u) o.d.v=2;
export const options = {cloud: {apm: [p.d.v]}};
