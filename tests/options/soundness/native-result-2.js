import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=[1,2]; a.pop(cond());
export const options = {cloud: {apm: [a]}};
