// What surprises: k6 sends the largest value of a gauge in the field for the smallest, and the other way
// round (mapping.go), and begins the largest at 0 (sink.go), so that for negative values only it is 0. Here
// each field has what its name says.
#include "providers/cloud_mapping.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "parallel.hpp"
#include "providers/summary.hpp"
#include "series/window_number.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

using series::MetricType;

bool is_reserved(std::string_view name) { return name == "test_run_id" || name.starts_with("__"); }

bool fits(std::uint64_t count) { return count <= std::numeric_limits<std::uint32_t>::max(); }

/// Adds a later window.
void add_window(series::Window& sum, const series::Window& more) {
  sum.min = sum.count == 0 ? more.min : std::min(sum.min, more.min);
  sum.max = sum.count == 0 ? more.max : std::max(sum.max, more.max);
  sum.count += more.count;
  sum.nonzero += more.nonzero;
  sum.sum.add(more.sum);
  sum.last = more.last;
}

/// The run's tags and the constant ones, which win.
series::Tags with_constants(const series::Tags& tags, const series::Tags& constants) {
  std::map<std::string, std::string> all(tags.begin(), tags.end());
  for (const auto& [name, value] : constants) all[name] = value;
  return {all.begin(), all.end()};
}

MetricSummary summary_of(std::span<const series::Series> metric, std::int64_t period_s,
                         std::uint64_t& unsendable) {
  MetricSummary summary;
  summary.source = metric.front().metric;
  summary.target = metric.front().metric;
  summary.type = metric.front().type;
  summary.from = {metric.front().rule, metric.front().metric};
  std::vector<series::Series> merged;
  for (const series::Series& one : metric) {
    series::Series& buckets = merged.emplace_back();
    for (CloudBucket& bucket : cloud_buckets(one, 0, one.windows.size(), period_s)) {
      if (is_sendable(one.type, bucket)) {
        buckets.windows.push_back(std::move(bucket.window));
      } else {
        ++unsendable;
      }
    }
    summary.points += buckets.windows.size();
    summary.series += buckets.windows.empty() ? 0 : 1;
  }
  Chart chart(summary.type, merged, static_cast<int>(period_s));
  for (const series::Series& one : merged) {
    for (const series::Window& window : one.windows) chart.add(window);
  }
  chart.finish(summary);
  return summary;
}

}  // namespace

series::Tags cloud_tags(const series::Tags& tags, const std::vector<std::string>& constant_names) {
  series::Tags kept;
  std::copy_if(tags.begin(), tags.end(), std::back_inserter(kept), [&](const auto& tag) {
    return !is_reserved(tag.first) &&
           std::find(constant_names.begin(), constant_names.end(), tag.first) == constant_names.end();
  });
  return kept;
}

std::vector<CloudBucket> cloud_buckets(const series::Series& one, std::size_t begin, std::size_t end,
                                       std::int64_t period_s) {
  std::vector<CloudBucket> all;
  for (std::size_t i = begin; i < end; ++i) {
    const series::Window& window = one.windows[i];
    const std::int64_t start_s = series::window_number(window.start_s, period_s) * period_s;
    if (all.empty() || all.back().window.start_s != start_s) all.emplace_back().window.start_s = start_s;
    add_window(all.back().window, window);
    if (!one.buckets.empty()) all.back().buckets.add(one.buckets.at(i));
  }
  return all;
}

bool is_sendable(MetricType type, const CloudBucket& bucket) {
  const series::Window& window = bucket.window;
  if (type == MetricType::rate) return fits(window.count);  // without a sum
  if (!fits(window.count) || !std::isfinite(window.sum.value())) return false;
  return type != MetricType::gauge ||
         (std::isfinite(window.last) && std::isfinite(window.min) && std::isfinite(window.max));
}

CloudMapping map_cloud(const apm::Destination& destination, std::vector<series::Series> all,
                       const ExportSettings& settings) {
  CloudMapping mapping;
  series::Tags constants;
  for (const auto& tag : settings.constant_tags) {
    if (!is_reserved(tag.first)) {
      constants.push_back(tag);
    } else {
      mapping.notices.push_back(
          {Severity::note,
           {destination.place()},
           fmt::format("k6 cloud keeps tags of the name \"{}\" for itself: it is left out",
                       text::printable(tag.first))});
    }
  }
  share_out(settings.threads, all.size(), [&](std::size_t i) {
    series::Series& one = all[i];
    one.make_windows();
    for (series::Window& window : one.windows) window.quantiles = {};  // the receiver makes its own
    one.tags = with_constants(one.tags, constants);
  });
  std::erase_if(all, [](const series::Series& one) { return one.windows.empty(); });
  std::stable_sort(all.begin(), all.end(), [](const series::Series& a, const series::Series& b) {
    return std::tie(a.metric, a.tags) < std::tie(b.metric, b.tags);
  });
  mapping.series = std::move(all);
  return mapping;
}

std::vector<MetricSummary> cloud_summaries(const std::vector<series::Series>& all, std::int64_t period_s,
                                           std::vector<Notice>& notices) {
  std::vector<MetricSummary> summaries;
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find_if(
        begin, all.end(), [&begin](const series::Series& one) { return one.metric != begin->metric; });
    std::uint64_t unsendable = 0;
    summaries.push_back(summary_of(std::span(begin, end), period_s, unsendable));
    if (unsendable > 0) {
      notices.push_back(
          {Severity::warning,
           {},
           fmt::format("\"{}\": {} value{} left out, beyond the range of a number",
                       text::printable(begin->metric), unsendable, unsendable == 1 ? "" : "s")});
    }
    begin = end;
  }
  return summaries;
}

}  // namespace k6apm::providers
