#include "providers/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "series/exact_sum.hpp"

namespace k6apm::providers {
namespace {

using series::MetricType;

/// One column of a chart: a sum and what it is divided by.
struct Column {
  double sum = 0;
  double weight = 0;
};

/// What one window adds to a column; its own value is sum / weight.
Column share_of(MetricType type, const series::Window& window) {
  switch (type) {
    case MetricType::counter:
      return {window.sum.value(), 1};
    case MetricType::gauge:
      return {window.last, 1};
    case MetricType::rate:
      return {static_cast<double>(window.nonzero), static_cast<double>(window.count)};
    case MetricType::trend:
      return {window.sum.value(), static_cast<double>(window.count)};
  }
  return {};
}

struct Span {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_s = std::numeric_limits<std::int64_t>::min();
};

Span span_of(const std::vector<const series::Series*>& all) {
  Span span;
  for (const series::Series* one : all) {
    if (one->windows.empty()) continue;
    span.first_s = std::min(span.first_s, one->windows.front().start_s);
    span.last_s = std::max(span.last_s, one->windows.back().start_s);
  }
  return span;
}

}  // namespace

std::string percentile_text(double quantile) {
  if (quantile == 0.5) return "median of the window";
  // Ten digits: 0.95 * 100 is not 95 to the last bit.
  const std::string number = fmt::format("{:.10g}", quantile * 100);
  const bool teen = number.size() >= 2 && number[number.size() - 2] == '1';
  const bool whole = number.find('.') == std::string::npos;
  const char last = number.back();
  const char* suffix = !whole || teen ? "th"
                       : last == '1'  ? "st"
                       : last == '2'  ? "nd"
                       : last == '3'  ? "rd"
                                      : "th";
  return fmt::format("{}{} percentile of the window", number, suffix);
}

void draw(MetricSummary& summary, const std::vector<const series::Series*>& all, int resample_s) {
  const Span span = span_of(all);
  if (span.first_s > span.last_s) return;
  const auto windows = static_cast<std::uint64_t>((span.last_s - span.first_s) / resample_s) + 1;
  const std::uint64_t per_column = (windows + k_chart_columns - 1) / k_chart_columns;
  std::vector<Column> columns((windows + per_column - 1) / per_column);
  bool any = false;
  for (const series::Series* one : all) {
    for (const series::Window& window : one->windows) {
      const Column share = share_of(summary.type, window);
      const double value = share.sum / share.weight;
      if (!std::isfinite(value)) continue;
      summary.min = any ? std::min(summary.min, value) : value;
      summary.max = any ? std::max(summary.max, value) : value;
      any = true;
      Column& column =
          columns[static_cast<std::uint64_t>((window.start_s - span.first_s) / resample_s) / per_column];
      column.sum += share.sum;
      column.weight += share.weight;
    }
  }
  if (!any) return;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // The last column may span fewer windows than the others.
    const std::uint64_t spanned = std::min(per_column, windows - i * per_column);
    const bool counter = summary.type == MetricType::counter;
    const double weight = counter ? static_cast<double>(spanned) : columns[i].weight;
    const double value = columns[i].sum / weight;
    if (std::isfinite(value)) summary.chart.push_back(value);
  }
}

}  // namespace k6apm::providers
