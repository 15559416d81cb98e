Object.prototype.zz=5; Array.prototype.last=function(){ return this[this.length-1] }; const o={}; String.prototype.up=function(){ return 'U' };
export const options = {cloud: {apm: [o.zz, [1,2].last(), 'a'.up(), ({}).zz, (1).zz]}};
