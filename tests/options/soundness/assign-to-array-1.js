import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=[1,2]; Object.assign(a,uarr());
export const options = {cloud: {apm: [a[0], a.length]}};
