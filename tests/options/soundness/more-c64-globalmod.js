require('./lib/more-c64-globalmod-ma.js'); 
exports.options = {cloud: {apm: [typeof cfg, globalThis.cfg.v]}};
