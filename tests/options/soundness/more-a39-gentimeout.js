export let options={cloud:{apm:[1]}}; function* g(){ setTimeout(()=>{ options={cloud:{apm:[9]}} },0); yield 1 } [...g()]; options={cloud:{apm:[7]}};
