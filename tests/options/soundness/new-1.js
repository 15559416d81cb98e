import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
function F(){} F.prototype.v=1; u1(F); const o=new F();
export const options = {cloud: {apm: [typeof o.v, o.v]}};
