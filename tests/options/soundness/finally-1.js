import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let n=0; function f(){ try{throw 1}finally{ if(u) return 1 } } try{ f(); n=1 }catch(e){n=2}
export const options = {cloud: {apm: [n]}};
