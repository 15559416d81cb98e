import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const a=[{v:1},{v:1}]; const y=a.slice(cond()?0:1); y[0].v=2;
export const options = {cloud: {apm: [a]}};
