// What Datadog holds of the exported series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "apm/destination.hpp"
#include "providers/datadog_mapping.hpp"
#include "providers/provider.hpp"

namespace k6apm::providers {

/// Windows that one query asks for: Datadog gives at most 1500 points of a series, and averages where there
/// are more (docs.datadoghq.com, "Rollup").
inline constexpr std::int64_t k_query_windows = 800;

/// What a query asks for before and after its windows, so that the intervals of the answer are whole where
/// they are longer than a window. Five minutes is the interval for a day, longer than any query.
inline constexpr std::int64_t k_query_margin_s = 300;

/// Asks for each series by itself, in stretches of time. Its mean over each interval of the answer is
/// compared with the mean of the points that were sent there: with one point in an interval these are the
/// values themselves. Where Datadog averages more of them, one shows that changes the mean by being missing.
class DatadogReadBack final : public ReadBack {
 public:
  /// `sent` and `destination` have to outlive the object.
  DatadogReadBack(const DatadogMapping& sent, int resample_s, const apm::Destination& destination,
                  std::string_view user_agent);
  /// As above, but for `sent`, which it owns.
  DatadogReadBack(std::unique_ptr<const DatadogMapping> sent, int resample_s,
                  const apm::Destination& destination, std::string_view user_agent);

  void begin() override;
  bool next(Call& query) override;
  void take(std::string_view answer) override;
  std::uint64_t missing() const override { return m_missing; }
  std::unique_ptr<Export> missing_points() override;

 private:
  /// Points of one series that one query asks for.
  struct Stretch {
    std::size_t series = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::string query_of(const DatadogSeries& series) const;

  std::unique_ptr<const DatadogMapping> m_owned{};  ///< perhaps
  const DatadogMapping& m_sent;
  int m_resample_s;
  const apm::Destination& m_destination;
  std::string m_user_agent;
  std::vector<std::set<std::string>> m_keys{};  ///< per name: the keys of all tags of its series
  std::vector<Stretch> m_stretches{};
  std::vector<std::vector<bool>> m_found{};  ///< per stretch: which of its points are there
  std::size_t m_at = 0;                      ///< the stretch that is asked for next
  std::uint64_t m_missing = 0;
};

}  // namespace k6apm::providers
