import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const o={a:1,m(){ try{ u1(); this.a=2 }catch(e){} }}; o.m();
export const options = {cloud: {apm: [o.a]}};
