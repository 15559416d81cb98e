import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const o={}; o[ukey()]=1; o.a=2; o[ukey()]=3; const c={...o};
export const options = {cloud: {apm: [c.a]}};
