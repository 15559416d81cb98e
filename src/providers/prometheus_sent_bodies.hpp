// What stands in the bodies of remote write requests, kept sample by sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "apm/destination.hpp"
#include "providers/prometheus_samples.hpp"
#include "providers/provider.hpp"
#include "providers/remote_write_contents.hpp"

namespace k6apm::providers {

/// The samples of bodies of either version. It keeps 16 bytes of each sample, and of a series its labels and
/// about a kilobyte: 2.43 million samples of 2,700 series are 48 MiB. A sample that comes twice is kept once.
class SentBodies final : public SentSamples {
 public:
  explicit SentBodies(int resample_s) : m_resample_s(resample_s) {}

  /// Adds a body, in any order. Throws std::runtime_error where it is none.
  void add(std::string_view body);
  /// Puts samples in order; after the last add(), before anything else is asked.
  void finish();
  /// Whether a body had native histograms, which are not kept.
  bool histograms() const { return m_histograms; }

  std::size_t names() const override { return m_names.size(); }
  std::string_view name(std::size_t name) const override { return m_names[name].name; }
  std::size_t series(std::size_t name) const override { return m_names[name].series.size(); }
  SentLabels labels(SeriesAt at) const override;
  std::size_t indices(SeriesAt at) const override { return series_at(at).samples.size(); }
  void for_each(SeriesAt at, const WindowRange& range,
                const std::function<void(const SampleAt&)>& each) const override;
  std::optional<SeriesAt> find(std::string_view name, std::string_view labels) const override;

 private:
  // Deques: they never move what they hold, so that the keys below stay, and grow without a copy.
  struct Series {
    std::string labels{};
    std::size_t name_at = 0;
    std::deque<Sample> samples{};
    std::optional<std::int64_t> end_ms{};  ///< of the sample before the stale marker
  };
  struct Name {
    std::string name{};
    std::deque<Series> series{};
    std::unordered_map<std::string_view, std::size_t> by_labels{};
  };

  const Series& series_at(SeriesAt at) const { return m_names[at.name].series[at.series]; }
  Series& series_of(const SeriesContents& contents);

  int m_resample_s;
  bool m_histograms = false;
  std::deque<Name> m_names{};
  std::unordered_map<std::string_view, std::size_t> m_by_name{};
};

/// Provider::read_back_of(): null, too, where a body has native histograms, which are not compared.
std::unique_ptr<ReadBack> prometheus_read_back_of(const apm::Destination& destination,
                                                  std::string_view user_agent, const std::string& query_url,
                                                  int resample_s, const PayloadSource& next);

}  // namespace k6apm::providers
