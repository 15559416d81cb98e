#include "providers/summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "series/exact_sum.hpp"

namespace k6apm::providers {
namespace {

using series::MetricType;

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

Chart::Chart(MetricType type, std::span<const series::Series> all, int resample_s)
    : m_type(type), m_resample_s(resample_s) {
  std::int64_t first_s = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_s = std::numeric_limits<std::int64_t>::min();
  for (const series::Series& one : all) {
    const std::optional<series::WindowSpan> span = one.span();
    if (!span) continue;
    first_s = std::min(first_s, span->first_s);
    last_s = std::max(last_s, span->last_s);
  }
  if (first_s > last_s) return;
  m_first_s = first_s;
  m_windows = static_cast<std::uint64_t>((last_s - first_s) / m_resample_s) + 1;
  m_per_column = (m_windows + k_chart_columns - 1) / k_chart_columns;
  m_columns.resize((m_windows + m_per_column - 1) / m_per_column);
}

/// What one window adds to a column; its own value is sum / weight.
Chart::Column Chart::share_of(const series::Window& window) const {
  switch (m_type) {
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

void Chart::add(const series::Window& window) {
  const Column share = share_of(window);
  const double value = share.sum / share.weight;
  if (!std::isfinite(value)) return;
  m_min = m_any ? std::min(m_min, value) : value;
  m_max = m_any ? std::max(m_max, value) : value;
  m_any = true;
  const auto number = static_cast<std::uint64_t>((window.start_s - m_first_s) / m_resample_s);
  Column& column = m_columns[number / m_per_column];
  column.sum += share.sum;
  column.weight += share.weight;
}

void Chart::finish(MetricSummary& summary) const {
  if (!m_any) return;
  summary.min = m_min;
  summary.max = m_max;
  for (std::size_t i = 0; i < m_columns.size(); ++i) {
    // The last column may span fewer windows than the others.
    const std::uint64_t spanned = std::min(m_per_column, m_windows - i * m_per_column);
    const bool counter = m_type == MetricType::counter;
    const double weight = counter ? static_cast<double>(spanned) : m_columns[i].weight;
    const double value = m_columns[i].sum / weight;
    if (std::isfinite(value)) summary.chart.push_back(value);
  }
}

}  // namespace k6apm::providers
