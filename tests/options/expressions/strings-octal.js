var options = {
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['\143hecks', '\60x', 'a\1511'] }] } },
};
exports.options = options;
exports.default = function () {};
