var n=1; eval('n=2');
exports.options = {cloud: {apm: [n]}};
