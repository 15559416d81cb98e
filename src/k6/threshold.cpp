#include "k6/threshold.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "text/submetric.hpp"

namespace k6apm::k6 {
namespace {

using Aggregation = Threshold::Aggregation;
using Operator = Threshold::Operator;

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw std::invalid_argument(fmt::format("\"{}\": {}", text, why));
}

std::optional<double> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Longer ones before those that they begin with.
constexpr std::array<std::pair<std::string_view, Operator>, 7> k_operators = {{{"<=", Operator::at_most},
                                                                               {"<", Operator::less},
                                                                               {">=", Operator::at_least},
                                                                               {">", Operator::more},
                                                                               {"===", Operator::equal},
                                                                               {"==", Operator::equal},
                                                                               {"!=", Operator::unequal}}};

constexpr std::array<std::pair<std::string_view, Aggregation>, 6> k_aggregations = {
    {{"count", Aggregation::count},
     {"rate", Aggregation::rate},
     {"value", Aggregation::value},
     {"avg", Aggregation::avg},
     {"min", Aggregation::min},
     {"max", Aggregation::max}}};

void set_aggregation(Threshold& threshold, std::string_view text) {
  const auto found = std::find_if(k_aggregations.begin(), k_aggregations.end(),
                                  [&](const auto& one) { return one.first == text; });
  if (found != k_aggregations.end()) {
    threshold.aggregation = found->second;
    return;
  }
  threshold.aggregation = Aggregation::quantile;
  if (text == "med") {
    threshold.quantile = 0.5;
    return;
  }
  std::optional<double> percent;
  if (text.starts_with("p(") && text.ends_with(')')) percent = number(text.substr(2, text.size() - 3));
  if (!percent || !(*percent >= 0 && *percent <= 100)) {
    refuse(threshold.text,
           "it begins with none of count, rate, value, avg, min, med, max and p(0) to p(100)");
  }
  threshold.quantile = *percent / 100;
}

double trend_value(const Threshold& threshold, const series::Window& run, std::span<const double> quantiles) {
  switch (threshold.aggregation) {
    case Aggregation::avg:
      return run.sum.value() / static_cast<double>(run.count);
    case Aggregation::min:
      return run.min;
    case Aggregation::max:
      return run.max;
    default: {
      const auto place = std::find(quantiles.begin(), quantiles.end(), threshold.quantile);
      return run.quantiles.at(static_cast<std::size_t>(place - quantiles.begin()));
    }
  }
}

}  // namespace

bool Submetric::selects(const series::Tags& of_point) const {
  return std::all_of(tags.begin(), tags.end(), [&](const auto& tag) {
    return !tag.second.empty() && series::find_tag(of_point, tag.first) == tag.second;
  });
}

Submetric parse_submetric(std::string_view spelled) {
  Submetric submetric{std::string(spelled.substr(0, spelled.find('{'))), {}};
  if (submetric.metric.empty()) refuse(spelled, "there is no name of a metric");
  if (submetric.metric.size() == spelled.size()) return submetric;
  const std::optional<text::SubmetricParts> parts = text::split_submetric(spelled);
  if (!parts) refuse(spelled, "the closing brace is missing");
  for (const auto& [tag, value] : parts->pairs) {
    if (!tag.empty() || value) submetric.tags.emplace_back(tag, value.value_or(""));
  }
  std::sort(submetric.tags.begin(), submetric.tags.end());
  return submetric;
}

Threshold parse_threshold(std::string_view spelled) {
  Threshold threshold;
  threshold.text = spelled;
  const std::size_t at = spelled.find_first_of("<>=!");
  const auto* const found = std::find_if(k_operators.begin(), k_operators.end(), [&](const auto& one) {
    return at != std::string_view::npos && spelled.substr(at).starts_with(one.first);
  });
  if (found == k_operators.end()) refuse(spelled, "it has none of the operators < <= > >= == === !=");
  threshold.operation = found->second;
  set_aggregation(threshold, text::trimmed(spelled.substr(0, at)));
  const std::optional<double> limit = number(text::trimmed(spelled.substr(at + found->first.size())));
  if (!limit) refuse(spelled, "what follows the operator is no number");
  threshold.limit = *limit;
  return threshold;
}

bool Threshold::holds(double value) const {
  switch (operation) {
    case Operator::less:
      return value < limit;
    case Operator::at_most:
      return value <= limit;
    case Operator::more:
      return value > limit;
    case Operator::at_least:
      return value >= limit;
    case Operator::equal:
      return value == limit;
    case Operator::unequal:
      return value != limit;
  }
  return false;
}

bool Threshold::suits(series::MetricType type) const {
  switch (aggregation) {
    case Aggregation::count:
      return type == series::MetricType::counter;
    case Aggregation::rate:
      return type == series::MetricType::counter || type == series::MetricType::rate;
    case Aggregation::value:
      return type == series::MetricType::gauge;
    default:
      return type == series::MetricType::trend;
  }
}

std::optional<double> value_of(const Threshold& threshold, series::MetricType type, const series::Window* run,
                               std::span<const double> quantiles, double seconds) {
  if (type == series::MetricType::rate) {
    if (run == nullptr || run->count == 0) return std::nullopt;
    return static_cast<double>(run->nonzero) / static_cast<double>(run->count);
  }
  if (run == nullptr) return 0;
  switch (type) {
    case series::MetricType::counter:
      if (threshold.aggregation == Aggregation::count) return run->sum.value();
      if (!(seconds > 0)) return std::nullopt;
      return run->sum.value() / seconds;
    case series::MetricType::gauge:
      return run->last;
    default:
      return trend_value(threshold, *run, quantiles);
  }
}

}  // namespace k6apm::k6
