import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=[1]; if(cond()) a['1']=2;
export const options = {cloud: {apm: [a.length]}};
