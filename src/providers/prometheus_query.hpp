// Questions to the HTTP API of Prometheus and its kind, and their answers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apm/destination.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// Where instant queries are asked, with the login and the query string of the write URL: at `query_url` +
/// /api/v1/query, or where that is empty beside the write URL. Nothing where no query API is known there.
std::optional<Endpoint> query_endpoint(const apm::Destination& destination, std::string_view query_url,
                                       std::string_view user_agent);

/// Labels by name.
using Labels = std::map<std::string, std::string>;

/// Asks for the raw samples of all series that have these labels, at Unix milliseconds `first_ms` to
/// `last_ms`, both included, and perhaps one before.
Call range_query(Endpoint endpoint, const Labels& labels, std::int64_t first_ms, std::int64_t last_ms);

/// One series of an answer: what was stored, by Unix milliseconds.
struct HeldSeries {
  Labels labels{};
  std::vector<std::pair<std::int64_t, double>> samples{};
};

/// Hands over the series of the answer to a range_query() one by one. Throws std::runtime_error where it is
/// none, or tells of an error.
void read_matrix(std::string_view answer, const std::function<void(HeldSeries&)>& each);

}  // namespace k6apm::providers
