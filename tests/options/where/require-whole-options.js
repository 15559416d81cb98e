exports.options = require('./lib/load-config').load;
exports.default = function () {};
