// What stands in all payloads of one destination, series by series.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "providers/body_contents.hpp"

namespace k6apm::preview {

/// A series, whole.
struct ShownSeries {
  providers::BodySeries sent{};
  bool has_chart = false;  ///< its points are on the page, not only its figures
};

/// One exported name with its series, in the order in which they were sent; there may be none.
struct ShownName {
  providers::NameDescription about{};
  std::deque<ShownSeries> series{};
  std::unordered_map<std::string_view, std::size_t> by_tags{};  ///< index in `series`
};

/// Puts the points of bodies together: 16 bytes for each point of one line, and up to a quarter more.
class Collection {
 public:
  /// Adds what stands in a body.
  void add(providers::BodyContents contents);
  /// Puts points in order, and makes of native histograms the mean and the number of the values between two
  /// samples (NaN where there is none); after the last add().
  void finish();

  const std::deque<ShownName>& names() const { return m_names; }
  std::deque<ShownName>& names() { return m_names; }
  std::uint64_t series() const { return m_series; }
  std::uint64_t points() const { return m_points; }  ///< without stale markers

 private:
  ShownName& name_of(const std::string& name);

  // A deque never moves what it holds, so that the keys stay.
  std::deque<ShownName> m_names{};
  std::unordered_map<std::string_view, std::size_t> m_by_name{};
  std::uint64_t m_series = 0;
  std::uint64_t m_points = 0;
};

}  // namespace k6apm::preview
