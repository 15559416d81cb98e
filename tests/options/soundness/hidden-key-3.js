import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const inner={x:1}; const o={a:inner,[ukey()+'z']:0}; o.a.x=2;
export const options = {cloud: {apm: [inner.x]}};
