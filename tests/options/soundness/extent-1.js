import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=1; if(u){ const f=n=>n
++n }
export const options = {cloud: {apm: [n]}};
