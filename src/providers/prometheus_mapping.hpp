// All series of one destination under their Prometheus names: what is exported, what is left out, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apm/destination.hpp"
#include "notice.hpp"
#include "providers/prometheus_labels.hpp"
#include "providers/prometheus_series.hpp"
#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// One metric of one entry and the names it is exported under.
struct MappedMetric {
  std::size_t rule = 0;
  std::string target{};
  std::vector<Statistic> statistics{};
  std::vector<Metadata> names{};            ///< one per statistic
  std::vector<std::uint64_t> not_finite{};  ///< one per statistic: samples left out
};

/// One k6 series, exported as one Prometheus series per statistic of its metric.
struct MappedSeries {
  static constexpr std::size_t k_no_sample = static_cast<std::size_t>(-1);

  std::size_t metric = 0;                  ///< index in Mapping::metrics
  std::string labels{};                    ///< all labels but __name__, encoded in byte order of their names
  std::size_t name_at = 0;                 ///< where in `labels` the label __name__ belongs
  std::vector<std::int64_t> starts_s{};    ///< Unix times of its windows' starts, ascending; never empty
  std::vector<double> values{};            ///< window by window, one of each statistic
  std::vector<series::Buckets> buckets{};  ///< as series::Series has them
  std::vector<std::size_t> last{};         ///< per statistic: the last window with a sample, or k_no_sample

  /// At the end of a window; not finite where it has no sample.
  double value(std::size_t statistic, std::size_t window) const {
    return values[window * last.size() + statistic];
  }
};

/// The series in the order in which they are sent: by entry, metric, tags.
struct Mapping {
  std::vector<MappedMetric> metrics{};
  std::vector<MappedSeries> series{};
  std::vector<MetricSummary> summaries{};  ///< one per metric
  std::vector<Notice> notices{};
  std::uint64_t exported_series = 0;
  std::uint64_t points = 0;    ///< samples without stale markers, those that are left out for their time, too
  std::uint64_t ahead = 0;     ///< points after ExportSettings::taken
  std::uint64_t left_out = 0;  ///< those that are not to be sent: they are not in `series`
};

/// Maps the series of a destination. What cannot be exported is left out with a notice: targets that break
/// the naming rules, names that an earlier entry has, values that are not finite.
Mapping map_series(const apm::Destination& destination, std::vector<series::Series> all,
                   const ExportSettings& settings);

/// Why a target cannot be used, or nothing.
std::optional<std::string> metric_name_problem(std::string_view target);

}  // namespace k6apm::providers
