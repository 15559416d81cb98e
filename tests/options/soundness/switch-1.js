import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=u1(); let n=0; for(let i=0;i<3;i++){ switch(u){ case 1: continue; case true: continue; case 2: break } n++ }
export const options = {cloud: {apm: [n]}};
