// Goes through series slice by slice of time, so that requests leave in time order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace k6apm::providers {

/// Series by the slice that has their next sample. Slices without a sample are not there, however long the
/// gap.
class TimeSlices {
 public:
  /// Slices of `length_s` seconds from Unix time `first_s`.
  TimeSlices(std::int64_t first_s, std::int64_t length_s) : m_first_s(first_s), m_length_s(length_s) {}

  /// The next sample of this series is at `time_s`, which is not before the slice at hand.
  void put(std::size_t series, std::int64_t time_s) { m_waiting[slice_of(time_s)].push_back(series); }

  /// Goes to the next slice that has a sample; false, and nothing changes, where there is none.
  bool begin();

  // Of the slice at hand:
  std::uint64_t number() const { return static_cast<std::uint64_t>(m_slice); }  ///< ascends
  std::int64_t end_s() const { return m_first_s + (m_slice + 1) * m_length_s; }
  const std::vector<std::size_t>& series() const { return m_series; }  ///< in ascending order

 private:
  std::int64_t slice_of(std::int64_t time_s) const { return (time_s - m_first_s) / m_length_s; }

  std::int64_t m_first_s;
  std::int64_t m_length_s;
  std::int64_t m_slice = 0;
  std::vector<std::size_t> m_series{};
  std::map<std::int64_t, std::vector<std::size_t>> m_waiting{};
};

}  // namespace k6apm::providers
