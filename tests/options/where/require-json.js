const config = require('./lib/config.json');

exports.options = config;
exports.default = function () {};
