import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const o={a:1,b:2,c:3}; const {[ukey()]:x,...rest}=o;
export const options = {cloud: {apm: [rest.a, rest.b]}};
