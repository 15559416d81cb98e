const { apm } = require('./lib/common-apm.js');

exports.options = { ext: { loadimpact: { apm } } };
exports.default = function () {};
