import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const p={d:{v:1}}; const o={}; if(cond()) o.__proto__=p; const z=o.d;
export const options = {cloud: {apm: [typeof z]}};
