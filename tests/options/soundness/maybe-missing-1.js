import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1}; if(u) delete o.a;
export const options = {cloud: {apm: ['a' in o, Object.keys(o).length]}};
