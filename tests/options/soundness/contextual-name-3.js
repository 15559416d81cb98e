import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let of=1; if(u) of=2;
export const options = {cloud: {apm: [of]}};
