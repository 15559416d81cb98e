const { make } = require('https://config.example.com/make.js');

module.exports = make(1);
