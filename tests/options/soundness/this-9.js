import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); function F(){ this.a=1 } F.prototype.m=function(){ if(u) this.a=2 }; const f=new F(); f.m();
export const options = {cloud: {apm: [f.a]}};
