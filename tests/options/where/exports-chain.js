var options = exports.options = module.exports.loadOptions = {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
    },
  },
};
exports.default = function () {};
