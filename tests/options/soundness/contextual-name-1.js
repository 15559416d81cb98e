import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let as={v:1}; if(u) as.v=2;
export const options = {cloud: {apm: [as.v]}};
