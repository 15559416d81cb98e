"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.options = void 0;
const http_1 = __importDefault(require("k6/http"));
const k6_1 = require("k6");
var Rate;
(function (Rate) {
    Rate[Rate["Slow"] = 5] = "Slow";
    Rate[Rate["Fast"] = 1] = "Fast";
})(Rate || (Rate = {}));
const common = { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write' };
exports.options = {
    vus: 1,
    ext: { loadimpact: { apm: [Object.assign(Object.assign({}, common), { metrics: ['checks'], resampleRate: Rate.Slow })] } },
};
exports.default = () => {
    http_1.default.get('https://shop.example.com/');
    (0, k6_1.sleep)(1);
};
