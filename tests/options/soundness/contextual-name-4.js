import { u1, u2, cond, uobj, uarr, ukey } from 'k6/x/unknown';
const u=cond(); let type=1, from=1, as=1, async=1; if(u){ type=2; from=2; async=2 }
export const options = {cloud: {apm: [type, from, async]}};
