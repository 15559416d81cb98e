// A series in a few numbers.
#pragma once

#include <cstdint>
#include <string_view>

#include "providers/body_contents.hpp"

namespace k6apm::preview {

/// Whether this line counts what the others are about, and has an axis of its own.
bool is_count(std::string_view line);

/// NaN where there is no value.
struct Figures {
  std::uint64_t points = 0;
  double min = 0;  ///< of all lines that are not counts
  double max = 0;
  double mean = 0;  ///< of the first line, each point counting once
  double last = 0;  ///< of the first line
};

Figures figures_of(const providers::BodySeries& series);

}  // namespace k6apm::preview
