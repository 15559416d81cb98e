import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=1; function set(){n=2} if(u) set();
export const options = {cloud: {apm: [n]}};
