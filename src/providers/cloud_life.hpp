// The life of a test run of k6 cloud: token, create, finish. Source: grafana/k6 v2.2.0, cloudapi/api.go and
// client.go (the REST flow of `k6 run --out cloud`).
#pragma once

#include "providers/test_run.hpp"

namespace k6apm::providers {

/// Version 1 of the REST API, and where version 2 of the metrics go.
extern const TestRunLife k_cloud_life;

/// Where payloads go as long as no test run is known.
Endpoint cloud_endpoint(const apm::Destination& destination, std::string_view user_agent);

}  // namespace k6apm::providers
