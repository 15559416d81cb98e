import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=u1(); let x=1; function t(){throw 1} try{ if(u) t(); x=2 }catch(e){x=3}
export const options = {cloud: {apm: [x]}};
