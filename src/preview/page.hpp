// The page of --preview: what would be sent, for the eye.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "cli/report.hpp"
#include "preview/collection.hpp"

namespace k6apm::preview {

/// Values in charts that a page holds at most, over all destinations: some 30 MB, which a browser opens in a
/// second or two.
inline constexpr std::uint64_t k_most_values = 2'000'000;

/// A destination of a report, and what would be sent to it; null where nothing would be.
struct Shown {
  const cli::DestinationReport* report = nullptr;
  Collection* collection = nullptr;
};

/// Gives charts to as many series as `most_values` allows, the first series of every name before the second
/// of any. How many get none.
std::uint64_t choose_charts(std::span<const Shown> destinations, std::uint64_t most_values);

/// Takes a piece of the page; false where no more is wanted.
using Put = std::function<bool(std::string_view piece)>;

/// Writes the page about `report`, with `destinations` instead of its own. False where `put` gave up.
bool write_page(const cli::Report& report, std::span<const Shown> destinations, const Put& put);

}  // namespace k6apm::preview
