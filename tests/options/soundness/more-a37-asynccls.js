export let options={cloud:{apm:[1]}}; class K { async m(){ await 1; options={cloud:{apm:[9]}} } } new K().m(); options={cloud:{apm:[7]}};
