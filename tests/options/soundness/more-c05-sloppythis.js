var n=1; function f(){ return this } 
exports.options = {cloud: {apm: [typeof f(), typeof f.call(1), f() === undefined]}};
