import {u1, u2, cond, uobj, uarr, ukey} from 'k6/x/unknown';
export let options={cloud:{apm:[1]}}; const f=async()=>{ await 1; options={cloud:{apm:[9]}} }; if (cond()) { f() } options={cloud:{apm:[7]}};
