// Durations as k6 reads them. Source: grafana/k6, lib/types/types.go, ParseExtendedDuration: those of Go's
// time.ParseDuration, with whole days before them or without, and bare numbers, which are milliseconds.
#pragma once

#include <optional>
#include <string_view>

namespace k6apm::apm {

/// Seconds of "1m30s", "300ms", "1d2h", "-5s", "1500"; exact where they are whole. Nothing where it is none.
std::optional<double> parse_k6_duration(std::string_view text);

}  // namespace k6apm::apm
