// All values of a Trend, by window: the percentiles need every one of them, so this is what takes memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace k6apm::series {

/// Where the packed windows of many series lie, given back all together: one by one, several threads would
/// wait for each other in malloc. For one thread at a time.
using TrendRoom = std::pmr::monotonic_buffer_resource;

/// Points come nearly in time order: the last two windows are open, those before are packed one behind the
/// other. What comes to a packed window, or to one between them, stands apart until the windows are taken
/// out.
class TrendWindows {
 public:
  /// Without a room it has one of its own.
  explicit TrendWindows(std::int64_t window_ns, std::shared_ptr<TrendRoom> room = nullptr)
      : m_window_ns(window_ns), m_room(std::move(room)) {}
  TrendWindows(TrendWindows&& other) noexcept { *this = std::move(other); }
  TrendWindows& operator=(TrendWindows&& other) noexcept;
  TrendWindows(const TrendWindows&) = delete;
  TrendWindows& operator=(const TrendWindows&) = delete;
  ~TrendWindows() = default;

  void add(std::int64_t time_ns, double value) {
    // The window of the point before is mostly the right one.
    if (time_ns < m_begin_ns || time_ns >= m_end_ns) open(time_ns);
    m_current->push_back(value);
  }

  /// Adds values, at least one, to a window.
  void add(std::int64_t number, std::span<const double> values);

  /// Takes over everything in `other`.
  void merge(TrendWindows& other);

  /// First and last number; nothing where it is empty.
  std::optional<std::pair<std::int64_t, std::int64_t>> numbers() const;

  using Take = std::function<void(std::int64_t number, std::vector<double>& values)>;

  /// Hands out each window in ascending order, its values in no certain one, to be changed at will. It is
  /// empty afterwards.
  void take_out(const Take& take) { take_out(std::array{this}, take); }

  /// The same of all `parts` together. Those of one room may be taken out by several threads at once.
  static void take_out(std::span<TrendWindows* const> parts, const Take& take);

 private:
  struct Open {
    std::int64_t number = 0;
    std::vector<double> values{};
  };
  /// Some pieces of windows, at least one, one behind the other: a word that tells the window and the form of
  /// the values, and these. There is room from the beginning: nothing is ever copied to a larger chunk.
  struct Chunk {
    std::int64_t first = 0;  ///< the window of the first piece
    std::pmr::vector<std::uint32_t> words;
  };
  class Cursor;

  void open(std::int64_t time_ns);
  void begin_window(std::int64_t number);
  void pack(std::int64_t number, std::span<const double> values);
  void pack_piece(std::int64_t number, std::span<const double> values);

  std::int64_t m_window_ns = 1;
  std::shared_ptr<TrendRoom> m_room{};  ///< of what is packed; may be none as long as nothing is
  std::vector<Chunk> m_chunks{};        ///< ascending
  std::size_t m_packed = 0;             ///< how many words are in these
  std::int64_t m_last_packed = 0;       ///< the last window in these, if there is one
  std::vector<Open> m_open{};           ///< at most two, ascending and behind all that are packed
  std::map<std::int64_t, std::vector<double>> m_late{};
  std::vector<double>* m_current = nullptr;
  std::int64_t m_begin_ns = std::numeric_limits<std::int64_t>::max();  ///< of the current window
  std::int64_t m_end_ns = std::numeric_limits<std::int64_t>::min();
};

}  // namespace k6apm::series
