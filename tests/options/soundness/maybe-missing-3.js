import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); const o={a:1}; if(u) o.b=1;
export const options = {cloud: {apm: ['b' in o, Object.keys(o).length, o.hasOwnProperty('b')]}};
