const secrets = require('k6/x/secrets');

module.exports = {
  options: { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], credentials: { token: secrets.get(0) } }] } } },
  default: function () {},
};
