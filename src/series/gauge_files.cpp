#include "series/gauge_files.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "series/exact_sum.hpp"
#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

/// One file's latest value at or before a window, walked forward window by window.
struct FileCursor {
  const Windows<GaugeCell>::Row* row;
  std::size_t next = 0;

  void advance_to(std::int64_t window) {
    while (next < row->size() && (*row)[next].number <= window) ++next;
  }
  bool counts_in(std::int64_t window) const { return next > 0 && window <= row->back().number; }
  bool has_points_in(std::int64_t window) const { return next > 0 && (*row)[next - 1].number == window; }
  const GaugeCell& latest() const { return (*row)[next - 1].cell; }
};

/// Of the files that tell of the gauge before and after, or in, the window.
double sum_of_files(const std::vector<FileCursor>& files, std::int64_t window) {
  ExactSum sum;
  for (const FileCursor& file : files) {
    if (file.counts_in(window)) sum.add(file.latest().value);
  }
  return sum.value();
}

double largest_of_files(const std::vector<FileCursor>& files, std::int64_t window) {
  double largest = -std::numeric_limits<double>::infinity();
  for (const FileCursor& file : files) {
    if (file.counts_in(window)) largest = std::max(largest, file.latest().value);
  }
  return largest;
}

double latest_of_files(const std::vector<FileCursor>& files, std::int64_t window) {
  const GaugeCell* best = nullptr;
  for (const FileCursor& file : files) {
    if (!file.has_points_in(window)) continue;
    const GaugeCell& cell = file.latest();
    if (best == nullptr || std::pair(cell.time_ns, cell.value) > std::pair(best->time_ns, best->value))
      best = &cell;
  }
  return best == nullptr ? 0 : best->value;
}

/// How the points of the window spread, whatever their file.
void pool_files(const std::vector<FileCursor>& files, std::int64_t number, Window& window) {
  window.min = std::numeric_limits<double>::infinity();
  window.max = -std::numeric_limits<double>::infinity();
  for (const FileCursor& file : files) {
    if (!file.has_points_in(number)) continue;
    const GaugeCell& cell = file.latest();
    window.count += cell.count;
    window.sum.add(cell.sum);
    window.min = std::min(window.min, cell.min);
    window.max = std::max(window.max, cell.max);
  }
}

/// The same where the files' values add up.
void add_up_files(const std::vector<FileCursor>& files, std::int64_t number, Window& window) {
  ExactSum min;
  ExactSum max;
  ExactSum mean;
  for (const FileCursor& file : files) {
    if (!file.counts_in(number)) continue;
    const GaugeCell& cell = file.latest();
    const bool is_there = file.has_points_in(number);
    min.add(is_there ? cell.min : cell.value);
    max.add(is_there ? cell.max : cell.value);
    // Between the two it is finite, whatever the sum.
    const double of_file = cell.sum.value() / static_cast<double>(cell.count);
    mean.add(is_there ? std::clamp(of_file, cell.min, cell.max) : cell.value);
    if (is_there) window.count = std::max(window.count, cell.count);
  }
  window.min = min.value();
  window.max = max.value();
  for (std::uint64_t i = 0; i < window.count; ++i) window.sum.add(mean);
}

}  // namespace

std::vector<Window> finish_gauge(GaugeWindows& gauge, std::int64_t window_ns, MergeGauges merge) {
  std::vector<FileCursor> files;
  std::vector<std::int64_t> numbers;
  for (auto& [index, windows] : gauge.files()) {
    files.push_back({&windows.row()});
    for (const auto& [number, cell] : windows.row()) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<Window> result;
  result.reserve(numbers.size());
  for (const std::int64_t number : numbers) {
    Window window;
    window.start_s = number * (window_ns / k_nanoseconds_per_second);
    for (FileCursor& file : files) file.advance_to(number);
    window.last = merge == MergeGauges::sum   ? sum_of_files(files, number)
                  : merge == MergeGauges::max ? largest_of_files(files, number)
                                              : latest_of_files(files, number);
    if (merge == MergeGauges::sum && files.size() > 1) {
      add_up_files(files, number, window);
    } else {
      pool_files(files, number, window);
    }
    result.push_back(std::move(window));
  }
  return result;
}

}  // namespace k6apm::series
