var n=1; [1].forEach(function(){ this.n2=5; }); const o={m(){ return (function(){ return this })() }}; 
exports.options = {cloud: {apm: [typeof n2, typeof o.m()]}};
