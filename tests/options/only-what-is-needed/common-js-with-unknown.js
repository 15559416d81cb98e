const http = require('k6/http');
const faker = require('https://cdn.example.com/faker.js');
const { v4 } = require('./lib/vendor/uuid.js');

const id = v4(faker.seed());

module.exports.options = { tags: { id }, ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } }, };
module.exports.default = () => { http.get(id); };
