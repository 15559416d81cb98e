import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=uarr(); let n=1; class K{m(){n=2}} const k=new K(); n=1; k.m(...a);
export const options = {cloud: {apm: [n]}};
