import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const inner={a:1}; const o={get a(){return inner},get b(){return inner},get c(){return inner}}; const y=o[ukey()]; if(y) y.a=5;
export const options = {cloud: {apm: [inner.a]}};
