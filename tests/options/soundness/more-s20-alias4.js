import {u1, u2, cond, uobj, uarr, ukey} from 'k6/x/unknown';
const o={p:{v:1}, get q(){ return this.p }}; if (cond()) o.q.v=2; 
export const options = {cloud: {apm: [o.p.v]}};
