var f = function g(){ g = 5; return typeof g }; 
exports.options = {cloud: {apm: [f()]}};
