import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
if(cond()) __ENV.A='1';
export const options = {cloud: {apm: [__ENV.A===undefined]}};
