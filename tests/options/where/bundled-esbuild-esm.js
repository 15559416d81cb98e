// src/main.js
import http from "k6/http";
import { check, sleep } from "k6";
import { Trend } from "k6/metrics";

// src/apm.js
var metrics = ["http_req_duration", "checks"];
var prometheus = (url) => ({
  provider: "prometheus",
  remoteWriteURL: url,
  includeDefaultMetrics: false,
  metrics: [...metrics, "vus"]
});

// src/config.js
var base = { vus: 2, duration: "30s" };
var options = {
  ...base,
  thresholds: { http_req_failed: ["rate<0.01"] },
  ext: {
    loadimpact: {
      projectID: 3719,
      name: `shop ${__ENV.TARGET || "staging"}`,
      apm: [prometheus(`https://prom.example.com/${__ENV.TARGET || "staging"}/api/v1/write`)]
    }
  }
};

// src/main.js
var latency = new Trend("latency");
function main_default() {
  const res = http.get("https://shop.example.com/");
  check(res, { "is 200": (r) => r.status === 200 });
  latency.add(res.timings.duration);
  sleep(1);
}
export {
  main_default as default,
  options
};
