const shared = require('./lib/common-apm');

module.exports = { options: { ext: { loadimpact: { apm: shared.apm } } }, default() {} };
