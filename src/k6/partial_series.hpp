// Series of a partial result: between windows and messages.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "k6/partial_result.pb.h"
#include "series/accumulator.hpp"
#include "series/partial.hpp"
#include "series/rule.hpp"

namespace k6apm::k6 {

/// Nothing where it is none, or UNKNOWN.
std::optional<series::MetricType> metric_type_of(partial::Type type);
partial::Type message_type_of(std::optional<series::MetricType> type);

/// Whether results may have this time (rfc3339.hpp).
bool is_possible_time(std::int64_t time_ns);

/// The number of an input in this run, from that in its partial result; nothing where there is none.
using InputNumber = std::function<std::optional<std::uint32_t>(std::uint32_t input)>;

/// The windows that the message holds; nothing where it holds what cannot be.
std::optional<std::pair<series::SeriesKey, series::Accumulator>> decode_series(
    const partial::Series& message, std::span<const series::Rule> rules, const InputNumber& input_number);

/// Gives each piece of the series to `take`, as an encoded message of at most about k_series_piece bytes
/// beside its name and tags. The series is empty afterwards. `rule` is its rule.
void encode_series(const series::SeriesKey& key, series::Accumulator& series, const series::Rule& rule,
                   const InputNumber& input_number,
                   const std::function<void(const partial::Series& piece)>& take);

/// Pieces are read by several threads, and each is held in memory beside its windows.
inline constexpr std::size_t k_series_piece = std::size_t{128} * 1024;

}  // namespace k6apm::k6
