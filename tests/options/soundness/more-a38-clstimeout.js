export let options={cloud:{apm:[1]}}; class K { m(){ setTimeout(()=>{ options={cloud:{apm:[9]}} },0) } } new K().m(); options={cloud:{apm:[7]}};
