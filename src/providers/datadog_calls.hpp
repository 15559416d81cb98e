// Requests to Datadog's API that carry no points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "apm/destination.hpp"
#include "providers/datadog_mapping.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// Fills in the endpoint of a call whose method and path are set.
void address_datadog_call(Call& call, const apm::Destination& destination, std::string_view user_agent);

/// Asks whether the API key is valid at this site.
Call validating_call(const apm::Destination& destination, std::string_view user_agent);

/// Enables the ingestion of old points of a metric. Needs the app key.
Call enabling_call(const apm::Destination& destination, const std::string& metric,
                   std::string_view user_agent);

/// Tells type, unit and description of a metric. Needs the app key.
Call describing_call(const apm::Destination& destination, const DatadogName& name,
                     std::string_view user_agent);

/// Asks for the points of `query` between two Unix times, both included. Needs the app key.
Call query_call(const apm::Destination& destination, std::string_view query, std::int64_t from_s,
                std::int64_t to_s, std::string_view user_agent);

}  // namespace k6apm::providers
