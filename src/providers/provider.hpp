// The seam to receivers: what a provider has to offer. A new provider is one .cpp, one row in the table, its
// tests and its page in the manual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apm/destination.hpp"
#include "notice.hpp"
#include "providers/payload.hpp"
#include "series/series.hpp"
#include "series/trend_stats.hpp"

namespace k6apm::providers {

/// What an answer means for a request.
enum class Verdict {
  delivered,  ///< acknowledged
  retry,      ///< may pass: send the same bytes again later
  refused,    ///< refused for good; other requests may still be taken
  stop,       ///< refused for good, and so would be every other request (credentials, wrong address)
};

/// Choices of the person that concern names and values.
struct ExportSettings {
  std::vector<series::TrendStat> trend_stats{};
  bool rate_counts = false;      ///< beside each Rate its two counters
  series::Tags constant_tags{};  ///< --tag, and test_run_id where the block asks for it
};

/// What is exported of one entry, for the dry run and the report.
struct MetricSummary {
  std::string source{};  ///< the entry's selector
  std::string target{};  ///< the exported name without suffixes
  series::MetricType type = series::MetricType::counter;
  std::uint64_t series = 0;  ///< exported series, each statistic of a Trend being one
  std::uint64_t points = 0;  ///< samples without stale markers
  double min = 0;  ///< of the values in the windows: sums of a Counter, means of a Trend, shares of a Rate
  double max = 0;
  std::vector<double> chart{};  ///< those values over time, all series of the metric together, at most 60
};

/// The series of one destination, cut into payloads one at a time. For one thread at a time.
class Export {
 public:
  Export() = default;
  Export(const Export&) = delete;
  Export& operator=(const Export&) = delete;
  virtual ~Export() = default;

  virtual const std::vector<MetricSummary>& metrics() const = 0;
  virtual const std::vector<Notice>& notices() const = 0;
  virtual std::uint64_t series() const = 0;  ///< exported series
  virtual std::uint64_t points() const = 0;  ///< samples without stale markers

  /// Makes the next payload, in time order; false when there is none left.
  virtual bool next(Payload& payload) = 0;
};

/// One row of the table.
struct Provider {
  std::string_view name;  ///< in names of directories
  apm::ProviderKind kind;

  Endpoint (*endpoint)(const apm::Destination& destination, std::string_view user_agent);

  /// `series` are those of this destination; `rule` of each is the index in `destination.entries`.
  std::unique_ptr<Export> (*open)(const apm::Destination& destination, std::vector<series::Series> series,
                                  const ExportSettings& settings);

  Verdict (*judge)(long http_status);

  /// Prints a request body as text, one point a line. Throws std::runtime_error where it is no body of this
  /// provider.
  void (*decode)(std::string_view body, std::ostream& out);
};

/// The providers that this version can deliver to.
const std::vector<Provider>& providers();

/// The one for this kind, or null.
const Provider* find_provider(apm::ProviderKind kind);

}  // namespace k6apm::providers
