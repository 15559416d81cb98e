// k6 measures durations in whole nanoseconds and writes them as milliseconds, so nearly every value of a
// Trend is n / 1e6 with an n of 32 bits, and that is how it is kept, where this gives back the same bits.
#include "series/trend_windows.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>

#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

constexpr std::size_t k_open_windows = 2;
/// Words for which a chunk has room: as many as there are, so that there are few chunks.
constexpr std::size_t k_smallest_chunk = 32;
constexpr std::size_t k_largest_chunk = 16384;
constexpr std::size_t k_largest_piece = 2048;  ///< in values

constexpr double k_nanoseconds_per_millisecond = 1e6;
/// Between this and twice as much, doubles are whole numbers: the last bits of the sum of it and a number are
/// the nearest whole number.
constexpr double k_whole = 0x1p52;
constexpr std::size_t k_words_per_double = sizeof(double) / sizeof(std::uint32_t);

/// What stands before the values of a piece, in one word.
struct Header {
  static constexpr std::uint32_t k_most_values = 0x7fff;
  static constexpr std::uint32_t k_furthest = 0xffff;
  static_assert(k_largest_piece <= k_most_values);

  std::uint32_t further = 0;  ///< windows between this piece and the one before it
  bool nanoseconds = false;   ///< values are nanoseconds, a word each; else milliseconds, two words each
  std::uint32_t count = 0;    ///< of values

  static Header of(std::uint32_t word) { return {word >> 16, (word & 0x8000) != 0, word & k_most_values}; }
  std::uint32_t word() const { return further << 16 | (nanoseconds ? 0x8000U : 0U) | count; }
  std::size_t value_words() const { return nanoseconds ? count : count * k_words_per_double; }
};

/// What a value is as whole nanoseconds, if it can be that. Neither this nor milliseconds() converts between
/// numbers and whole numbers, or decides anything, so that the compiler does several values at once.
std::uint32_t nanoseconds(double value) {
  return static_cast<std::uint32_t>(
      std::bit_cast<std::uint64_t>(value * k_nanoseconds_per_millisecond + k_whole));
}

double milliseconds(std::uint32_t nanoseconds) {
  return (std::bit_cast<double>(std::bit_cast<std::uint64_t>(k_whole) | nanoseconds) - k_whole) /
         k_nanoseconds_per_millisecond;
}

/// Writes `values` as nanoseconds; whether they are that, to the bit: -0 is not, nor is what is longer than
/// 32 bits can say.
bool to_nanoseconds(std::span<const double> values, std::uint32_t* to) {
  std::uint64_t differences = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    to[i] = nanoseconds(values[i]);
    differences |=
        std::bit_cast<std::uint64_t>(values[i]) ^ std::bit_cast<std::uint64_t>(milliseconds(to[i]));
  }
  return differences == 0;
}

}  // namespace

/// Goes through all windows: those that are packed, those that are open, and beside them those that came
/// late.
class TrendWindows::Cursor {
 public:
  explicit Cursor(const TrendWindows& windows) : m_windows(windows), m_late(windows.m_late.begin()) {
    enter_chunk();
  }

  /// The next window; k_ended behind the last one.
  std::int64_t number() const {
    return m_late == m_windows.m_late.end() ? m_number : std::min(m_number, m_late->first);
  }
  static constexpr std::int64_t k_ended = std::numeric_limits<std::int64_t>::max();

  /// Adds the values of window `number`, if it is the next one, to `values`, and goes on.
  void take(std::int64_t number, std::vector<double>& values) {
    for (; m_number == number && m_chunk < m_windows.m_chunks.size(); next_piece()) append_piece(values);
    if (m_number == number && m_number != k_ended) {
      append(m_windows.m_open[m_open].values, values);
      ++m_open;
      enter_open();
    }
    if (m_late == m_windows.m_late.end() || m_late->first != number) return;
    append(m_late->second, values);
    ++m_late;
  }

 private:
  static void append(const std::vector<double>& more, std::vector<double>& values) {
    values.insert(values.end(), more.begin(), more.end());
  }

  const std::pmr::vector<std::uint32_t>& words() const { return m_windows.m_chunks[m_chunk].words; }
  Header header() const { return Header::of(words()[m_at]); }

  void enter_chunk() {
    if (m_chunk == m_windows.m_chunks.size()) return enter_open();
    m_at = 0;
    m_number = m_windows.m_chunks[m_chunk].first;
  }

  void enter_open() {
    m_number = m_open == m_windows.m_open.size() ? k_ended : m_windows.m_open[m_open].number;
  }

  void append_piece(std::vector<double>& values) const {
    const Header piece = header();
    const std::uint32_t* const from = words().data() + m_at + 1;
    values.resize(values.size() + piece.count);
    double* const to = values.data() + values.size() - piece.count;
    if (piece.nanoseconds) {
      std::transform(from, from + piece.count, to, milliseconds);
    } else {
      std::memcpy(to, from, piece.count * sizeof(double));
    }
  }

  void next_piece() {
    m_at += 1 + header().value_words();
    if (m_at < words().size()) {
      m_number += header().further;
      return;
    }
    ++m_chunk;
    enter_chunk();
  }

  const TrendWindows& m_windows;
  std::size_t m_chunk = 0;
  std::size_t m_at = 0;  ///< the header of the piece
  std::size_t m_open = 0;
  std::int64_t m_number = 0;  ///< the next window that is packed or open
  std::map<std::int64_t, std::vector<double>>::const_iterator m_late;
};

TrendWindows& TrendWindows::operator=(TrendWindows&& other) noexcept {
  m_window_ns = other.m_window_ns;
  m_chunks = std::move(other.m_chunks);  // before its room
  m_room = std::move(other.m_room);
  m_packed = std::exchange(other.m_packed, 0);
  m_last_packed = other.m_last_packed;
  m_open = std::move(other.m_open);
  m_late = std::move(other.m_late);
  m_current = nullptr;
  m_begin_ns = std::numeric_limits<std::int64_t>::max();
  m_end_ns = std::numeric_limits<std::int64_t>::min();
  return *this;
}

void TrendWindows::add(std::int64_t number, std::span<const double> values) {
  open(number * m_window_ns);
  m_current->insert(m_current->end(), values.begin(), values.end());
}

void TrendWindows::open(std::int64_t time_ns) {
  const std::int64_t number = window_number(time_ns, m_window_ns);
  const bool is_new =
      !m_open.empty() ? number > m_open.back().number : m_chunks.empty() || number > m_last_packed;
  if (is_new) begin_window(number);
  const auto found =
      std::find_if(m_open.begin(), m_open.end(), [=](const Open& one) { return one.number == number; });
  m_current = found == m_open.end() ? &m_late[number] : &found->values;
  m_begin_ns = number * m_window_ns;
  m_end_ns = m_begin_ns + m_window_ns;
}

/// The oldest open window is packed, and its room used again.
void TrendWindows::begin_window(std::int64_t number) {
  if (m_open.size() < k_open_windows) {
    m_open.push_back({number});
    return;
  }
  pack(m_open.front().number, m_open.front().values);
  std::rotate(m_open.begin(), m_open.begin() + 1, m_open.end());
  m_open.back().number = number;
  m_open.back().values.clear();
}

void TrendWindows::pack(std::int64_t number, std::span<const double> values) {
  for (; !values.empty(); values = values.subspan(std::min(values.size(), k_largest_piece)))
    pack_piece(number, values.first(std::min(values.size(), k_largest_piece)));
}

void TrendWindows::pack_piece(std::int64_t number, std::span<const double> values) {
  std::array<std::uint32_t, k_largest_piece>
      in_nanoseconds;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  Header header{0, to_nanoseconds(values, in_nanoseconds.data()), static_cast<std::uint32_t>(values.size())};
  const std::size_t needed = 1 + header.value_words();
  if (m_chunks.empty() || m_chunks.back().words.capacity() - m_chunks.back().words.size() < needed ||
      number - m_last_packed > Header::k_furthest) {
    const std::size_t room = std::clamp(m_packed, k_smallest_chunk, k_largest_chunk);
    if (!m_room) m_room = std::make_shared<TrendRoom>();
    m_chunks.push_back({number, std::pmr::vector<std::uint32_t>(m_room.get())});
    m_chunks.back().words.reserve(std::max(room, needed));
  } else {
    header.further = static_cast<std::uint32_t>(number - m_last_packed);
  }
  std::pmr::vector<std::uint32_t>& words = m_chunks.back().words;
  words.push_back(header.word());
  if (header.nanoseconds) {
    words.insert(words.end(), in_nanoseconds.begin(), in_nanoseconds.begin() + header.count);
  } else {
    words.resize(words.size() + header.value_words());
    std::memcpy(words.data() + words.size() - header.value_words(), values.data(), values.size_bytes());
  }
  m_packed += needed;
  m_last_packed = number;
}

void TrendWindows::merge(TrendWindows& other) {
  TrendWindows both(m_window_ns);
  take_out(std::array{this, &other},
           [&both](std::int64_t number, std::vector<double>& values) { both.pack(number, values); });
  *this = std::move(both);
}

std::optional<std::pair<std::int64_t, std::int64_t>> TrendWindows::numbers() const {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  const auto look_at = [&](std::int64_t number) {
    first = std::min(first, number);
    last = std::max(last, number);
  };
  if (!m_chunks.empty()) {
    look_at(m_chunks.front().first);
    look_at(m_last_packed);
  }
  for (const Open& one : m_open) look_at(one.number);
  if (!m_late.empty()) look_at(m_late.begin()->first);  // the last of these is before one that is not late
  if (first > last) return std::nullopt;
  return std::pair(first, last);
}

void TrendWindows::take_out(std::span<TrendWindows* const> parts, const Take& take) {
  std::vector<Cursor> cursors;
  cursors.reserve(parts.size());
  for (const TrendWindows* const part : parts) cursors.emplace_back(*part);
  std::vector<double> values;
  while (true) {
    std::int64_t number = Cursor::k_ended;
    for (const Cursor& cursor : cursors) number = std::min(number, cursor.number());
    if (number == Cursor::k_ended) break;
    values.clear();
    for (Cursor& cursor : cursors) cursor.take(number, values);
    take(number, values);
  }
  for (TrendWindows* const part : parts) *part = TrendWindows(part->m_window_ns);
}

}  // namespace k6apm::series
