// What stands in a request body of either version.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "providers/remote_write.hpp"

namespace k6apm::providers {

/// One series of a body.
struct SeriesContents {
  std::string name{};
  std::string labels{};           ///< the others, as append_label() writes them
  std::size_t name_at = 0;        ///< where in `labels` the label __name__ belongs
  std::vector<Sample> samples{};  ///< in time order, at last perhaps a stale marker
  bool histograms = false;        ///< native histograms stand there instead
};

/// Throws std::runtime_error where the body is no snappy block, no request of either version, or larger than
/// 64 MiB uncompressed.
std::vector<SeriesContents> remote_write_contents(std::string_view body);

}  // namespace k6apm::providers
