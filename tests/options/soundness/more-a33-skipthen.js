import {u1, u2, cond, uobj, uarr, ukey} from 'k6/x/unknown';
export const options={cloud:{apm:[1]}}; if (cond()) Promise.resolve().then(()=>{ options.cloud.apm[0]=4 }); options.cloud={apm:[7]};
