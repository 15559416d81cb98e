import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
function f(){__ENV.A='1'} if(cond()) f();
export const options = {cloud: {apm: [typeof __ENV.A]}};
