import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=1; function q(){ const g=function n(){}; n=2 } if(u) q();
export const options = {cloud: {apm: [n]}};
