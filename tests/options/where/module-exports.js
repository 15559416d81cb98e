const http = require('k6/http');

module.exports = {
  options: {
  vus: 1,
  ext: {
    loadimpact: {
      projectID: 3719,
      apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }],
    },
  },
},
  default: function () { http.get('https://shop.example.com/'); },
};
