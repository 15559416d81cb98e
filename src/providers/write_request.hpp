// A remote write request while it is filled, series by series: the same series in either version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "providers/native_histogram.hpp"
#include "providers/remote_write.hpp"

namespace k6apm::providers {

/// A series in a request costs its bytes, a key and a length of at most 5 bytes (it is below 4 GiB).
inline constexpr std::size_t k_framing_bytes = 6;

struct TimedHistogram {
  NativeHistogram histogram{};
  std::int64_t time_ms = 0;
};

/// What one series has in one request.
struct SeriesBlock {
  std::string labels{};  ///< all of them in byte order of their names, as append_label() writes them
  const Metadata* metadata = nullptr;        ///< outlives the requests
  std::optional<std::int64_t> start_ms{};    ///< of a running total: when it began to count
  std::vector<Sample> samples{};             ///< in time order, at last perhaps a stale marker
  std::vector<TimedHistogram> histograms{};  ///< instead of samples, likewise
};

/// Requests of version 1.0, one after another. Metadata goes with the first series of its name, once.
class WriteRequest1 {
 public:
  /// False, and nothing changes, where the request would be larger than `max_bytes`, uncompressed; the first
  /// series always fits.
  bool add(const SeriesBlock& block, std::size_t max_bytes);

  /// How large it is so far, uncompressed.
  std::size_t bytes() const { return m_series.size() + m_metadata.size(); }

  /// The request, uncompressed, until the next call; the next one begins.
  const std::string& take();

 private:
  std::string m_series{};
  std::string m_metadata{};
  std::string m_block{};    ///< the series at hand; kept for its memory
  std::string m_request{};  ///< the last one; likewise
  std::set<const Metadata*> m_announced{};
};

}  // namespace k6apm::providers
