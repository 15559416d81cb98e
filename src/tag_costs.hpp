// What each kept tag costs: how many series there would be without it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cli/report.hpp"
#include "notice.hpp"
#include "providers/provider.hpp"
#include "series/series.hpp"

namespace k6apm {

/// The kept tags of the series of one destination, counted before they become exported series.
class TagCosts {
 public:
  explicit TagCosts(std::span<const series::Series> all);

  /// In exported series, of which each of a metric makes equally many: exact, but where some are without a
  /// value that can be sent. Tags that change only together are one, for none of them costs anything alone.
  /// The one without which there are fewest series first, then the one with most values.
  std::vector<cli::TagCost> of(const std::vector<providers::MetricSummary>& exported) const;

  /// A note where the tags make many series, more than 1000, of a tenth of them or less. `exported` has its
  /// costs; `place` is the destination. Without text where they do not.
  Notice note(const std::string& place, const cli::DestinationReport& exported) const;

 private:
  /// How many different sets of tags a metric has.
  struct Combinations {
    std::uint64_t all = 0;
    std::vector<std::uint64_t> without{};  ///< each of m_tags
  };

  std::vector<cli::TagCost> m_tags{};  ///< with no series yet
  std::map<series::Selected, Combinations> m_metrics{};
};

}  // namespace k6apm
