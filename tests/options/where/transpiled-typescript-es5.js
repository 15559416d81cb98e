"use strict";
var __assign = (this && this.__assign) || function () {
    __assign = Object.assign || function(t) {
        for (var s, i = 1, n = arguments.length; i < n; i++) {
            s = arguments[i];
            for (var p in s) if (Object.prototype.hasOwnProperty.call(s, p))
                t[p] = s[p];
        }
        return t;
    };
    return __assign.apply(this, arguments);
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.options = void 0;
var http_1 = require("k6/http");
var k6_1 = require("k6");
var Rate;
(function (Rate) {
    Rate[Rate["Slow"] = 5] = "Slow";
    Rate[Rate["Fast"] = 1] = "Fast";
})(Rate || (Rate = {}));
var common = { provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write' };
exports.options = {
    vus: 1,
    ext: { loadimpact: { apm: [__assign(__assign({}, common), { metrics: ['checks'], resampleRate: Rate.Slow })] } },
};
exports.default = (function () {
    http_1.default.get('https://shop.example.com/');
    (0, k6_1.sleep)(1);
});
