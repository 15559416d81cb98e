import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
let n=1; const o={get g(){n=2;return 1}}; o[cond()?'z':'y']=1; n=1; const y=o.g;
export const options = {cloud: {apm: [n]}};
