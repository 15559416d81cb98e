const old=Array.prototype.push; Array.prototype.push=function(x){ return old.call(this,x,x) }; const a=[]; a.push(1);
export const options = {cloud: {apm: [a]}};
