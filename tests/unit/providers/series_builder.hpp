// Short ways to write series, destinations and what comes out of an export.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "apm/destination.hpp"
#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::test {

/// A destination with 3 s windows and one entry for each metric; `metric=target` gives a targetMetric.
inline apm::Destination destination_of(const std::vector<std::string>& metrics) {
  apm::Destination destination;
  destination.provider = "prometheus";
  destination.remote_write_url = "http://receiver/api/v1/write";
  for (const std::string& metric : metrics) {
    const std::size_t equals = metric.find('=');
    apm::Entry entry;
    entry.source = metric.substr(0, equals);
    entry.selector = apm::Selector::parse("{__name__=\"" + entry.source + "\"}");
    if (equals != std::string::npos) entry.target = metric.substr(equals + 1);
    destination.entries.push_back(std::move(entry));
  }
  return destination;
}

inline series::Series series_of(std::size_t rule, std::string metric, series::MetricType type,
                                series::Tags tags = {}, series::Contains contains = series::Contains::plain) {
  series::Series one;
  one.rule = rule;
  one.metric = std::move(metric);
  one.type = type;
  one.contains = contains;
  one.tags = std::move(tags);
  return one;
}

inline series::Window counted(std::int64_t start_s, double sum) {
  series::Window window;
  window.start_s = start_s;
  window.count = 1;
  window.sum = series::ExactSum(sum);
  return window;
}

inline series::Window last(std::int64_t start_s, double value) {
  series::Window window;
  window.start_s = start_s;
  window.count = 1;
  window.last = value;
  return window;
}

inline series::Window rated(std::int64_t start_s, std::uint64_t nonzero, std::uint64_t count) {
  series::Window window;
  window.start_s = start_s;
  window.count = count;
  window.nonzero = nonzero;
  return window;
}

inline series::Window spread(std::int64_t start_s, std::uint64_t count, double sum, double min, double max,
                             std::vector<double> quantiles = {}) {
  series::Window window;
  window.start_s = start_s;
  window.count = count;
  window.sum = series::ExactSum(sum);
  window.min = min;
  window.max = max;
  window.quantiles = std::move(quantiles);
  return window;
}

inline const providers::Provider& prometheus() {
  return *providers::find_provider(apm::ProviderKind::prometheus);
}

inline std::string text_of(const providers::Payload& payload) {
  std::ostringstream out;
  prometheus().decode(payload.body, out);
  return out.str();
}

inline std::vector<providers::Payload> payloads_of(providers::Export& exported) {
  std::vector<providers::Payload> payloads;
  for (providers::Payload payload; exported.next(payload);) payloads.push_back(payload);
  return payloads;
}

/// Everything that is exported, as text; metadata lines only with `metadata`.
inline std::string text_of(providers::Export& exported, bool metadata = false) {
  std::string text;
  for (const providers::Payload& payload : payloads_of(exported)) {
    std::istringstream lines(text_of(payload));
    for (std::string line; std::getline(lines, line);) {
      if (metadata || line.front() != '#') text += line + "\n";
    }
  }
  return text;
}

inline std::string notices_of(const providers::Export& exported) {
  std::string text;
  for (const Notice& notice : exported.notices()) {
    text += (notice.severity == Severity::warning ? "warning: " : "note: ") + notice.text + "\n";
  }
  return text;
}

}  // namespace k6apm::test
