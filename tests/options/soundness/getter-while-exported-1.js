import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const inner={v:1}; const o={get g(){u1(o); return 1}, v:1};
export const options = {cloud: {apm: [o]}};
