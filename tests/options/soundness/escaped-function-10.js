import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const reg={}; let n=1; reg[ukey()]=()=>{n=2}; n=1; for(const k in reg) reg[k]();
export const options = {cloud: {apm: [n]}};
