import {u1, u2, cond, uobj, uarr, ukey} from 'k6/x/unknown';
let n=1; const o={valueOf(){ n=2; return 1 }}; const k=u1(); const z=k+o; 
export const options = {cloud: {apm: [n]}};
