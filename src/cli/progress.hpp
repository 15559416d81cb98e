// Lines for people while the tool works and when it is done.
#pragma once

#include <cstdint>
#include <string>

#include "cli/report.hpp"
#include "delivery/outcome.hpp"

namespace k6apm::cli {

/// `reading 37 % of 1.1 GB, 850 MB/s, 1 s left`; without a total only what was read.
std::string reading_progress(std::uint64_t done_bytes, std::uint64_t total_bytes, double seconds);

/// `apm[0]: 26 % of 45000 points, 3 requests, 1 retry, 9 s left`, `seconds` after the first request. Without
/// retries, and with nothing delivered yet, these are not named.
std::string sending_progress(std::string_view destination, const delivery::Outcome& so_far,
                             std::uint64_t points, double seconds);

/// `12 points read: 9 exported, 3 outside --from and --to`: what became of the points, without reasons that
/// none was left out for.
std::string account_line(const k6::PointAccount& points);

/// How a destination fared, in a line.
std::string summary_line(const DestinationReport& destination);

/// `threshold of http_req_duration: "p(95)<500" is crossed: 612.5`
std::string threshold_line(const ThresholdReport& threshold);

/// `512 bytes`, `12.3 kB`, `4.5 GB`.
std::string human_bytes(double bytes);

/// `1 point`, `2 points`.
std::string plural(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace k6apm::cli
