import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=u1(); let x=1; try{ if(u) null.x; x=2 }catch(e){x=3}
export const options = {cloud: {apm: [x]}};
