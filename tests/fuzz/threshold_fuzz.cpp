// A threshold that is read says the same when it is spelled anew, and a submetric meets the points that have
// its tags.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "k6/threshold.hpp"

namespace {

using namespace k6apm;
using k6::Threshold;

std::string spelled(const Threshold& threshold) {
  constexpr const char* k_aggregations[] = {"count", "rate", "value", "avg", "min", "max"};
  constexpr const char* k_operators[] = {"<", "<=", ">", ">=", "==", "!="};
  const bool quantile = threshold.aggregation == Threshold::Aggregation::quantile;
  return fmt::format("{} {} {}",
                     quantile ? fmt::format("p({})", threshold.quantile * 100)
                              : k_aggregations[static_cast<std::size_t>(threshold.aggregation)],
                     k_operators[static_cast<std::size_t>(threshold.operation)], threshold.limit);
}

void check_threshold(std::string_view text) {
  Threshold threshold;
  try {
    threshold = k6::parse_threshold(text);
  } catch (const std::invalid_argument&) {
    return;
  }
  if (threshold.text != text || !(threshold.quantile >= 0 && threshold.quantile <= 1)) std::abort();
  const Threshold again = k6::parse_threshold(spelled(threshold));
  if (again.aggregation != threshold.aggregation || again.operation != threshold.operation) std::abort();
  for (const double value : {-1.0, 0.0, 0.5, threshold.limit, 1e300}) {
    if (again.holds(value) != threshold.holds(value)) std::abort();
  }
}

void check_submetric(std::string_view text) {
  k6::Submetric submetric;
  try {
    submetric = k6::parse_submetric(text);
  } catch (const std::invalid_argument&) {
    return;
  }
  if (submetric.metric.empty() || !text.starts_with(submetric.metric)) std::abort();
  if (!std::is_sorted(submetric.tags.begin(), submetric.tags.end())) std::abort();
  // Of two values for one tag at most one can be met, and none where one is empty.
  series::Tags point;
  bool can_be_met = true;
  for (const auto& tag : submetric.tags) {
    if (!point.empty() && point.back().first == tag.first) {
      can_be_met = can_be_met && point.back().second == tag.second;
    } else {
      point.push_back(tag);
    }
    can_be_met = can_be_met && !tag.second.empty();
  }
  if (submetric.selects(point) != can_be_met) std::abort();
  if (!submetric.tags.empty() && submetric.selects({})) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_threshold(text);
  check_submetric(text);
  return 0;
}
