import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=1; if(u){ const g=function n(){}; n=2 }
export const options = {cloud: {apm: [n]}};
