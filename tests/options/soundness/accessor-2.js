import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const o={get a(){n=2;return 1}}; const y=o[ukey()];
export const options = {cloud: {apm: [n]}};
