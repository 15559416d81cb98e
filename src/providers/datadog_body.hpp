// Bodies of Datadog's series API v2: encoded piece by piece, so that limits are known before they are met,
// divided where the intake asks for less, and printed as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/datadog_mapping.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

/// One series of a request, encoded.
struct EncodedSeries {
  std::string json{};
  std::uint64_t points = 0;
  std::int64_t first_s = 0;  ///< Unix time
  std::int64_t last_s = 0;
  std::uint64_t slice = 0;  ///< Payload::slice
};

/// `tag` as it is sent and found again: a resource of the intake that has no type gets one.
std::string sent_tag(std::string tag);

/// Encodes `points`, at least one, of a series. `interval_s` is the length of the windows.
EncodedSeries encode_datadog(const DatadogName& name, const std::vector<std::string>& tags, int interval_s,
                             std::span<const DatadogPoint> points);

/// The body of a request with these series, before and after compression (gzip, the same bytes every time).
std::string datadog_request(std::span<const EncodedSeries> series);
std::string gzipped(std::string_view bytes);

/// The payload with these series, which are all of one slice; without a series there is no body either.
Payload datadog_payload(std::span<const EncodedSeries> series);

/// A payload in two: its series by half, or with `by_points` the points of its only series; nothing where
/// there is but one.
std::optional<std::pair<Payload, Payload>> datadog_halves(const Payload& payload, bool by_points);

/// A payload in two: what is before Unix time `time_ms`, and the rest; either may have no points.
std::pair<Payload, Payload> datadog_cut(const Payload& payload, std::int64_t time_ms);

/// `k6.vus{a:b}`: the first series of a payload.
std::string datadog_first_series(const Payload& payload);

/// One series of a body; tags as in DatadogMapping::tags.
struct SentSeries {
  std::string metric{};
  DatadogType type = DatadogType::gauge;
  int interval_s = 0;  ///< 0 where there is none
  std::string unit{};
  std::vector<std::string> tags{};
  std::vector<DatadogPoint> points{};  ///< ascending in time
};
/// Throws std::runtime_error where it is no body of this API, or larger than 64 MiB uncompressed.
std::vector<SentSeries> datadog_contents(std::string_view body);

/// Whether this is gzip or begins as the JSON of such a body.
bool looks_like_datadog(std::string_view body);

/// Prints a body, one point a line: `k6.http_reqs{tag,tag} VALUE SECONDS`, and before the first of each
/// metric a comment with its type. Throws std::runtime_error where it is no body of this API, or larger than
/// 64 MiB uncompressed.
void print_datadog(std::string_view body, std::ostream& out);

}  // namespace k6apm::providers
