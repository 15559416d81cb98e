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
/// Words for which a chunk has room: a quarter of all that there are, so that little of it is unused.
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

/// Goes through the pieces of chunks, and frees each chunk that it leaves.
class TrendWindows::Cursor {
 public:
  explicit Cursor(std::vector<Chunk>& chunks) : m_chunks(chunks) { enter(); }

  bool ended() const { return m_chunk == m_chunks.size(); }
  std::int64_t number() const { return m_number; }
  /// Those that have ended come last.
  static bool is_before(const Cursor& a, const Cursor& b) {
    return !a.ended() && (b.ended() || a.m_number < b.m_number);
  }

  /// Adds the values of all pieces of window `number` that come next to `values`.
  void take(std::int64_t number, std::vector<double>& values) {
    for (; !ended() && m_number == number; next()) append_to(values);
  }

 private:
  Header header() const { return Header::of(m_chunks[m_chunk].words[m_at]); }

  void enter() {
    if (ended()) return;
    m_at = 0;
    m_number = m_chunks[m_chunk].first;
  }

  void append_to(std::vector<double>& values) const {
    const Header piece = header();
    const std::uint32_t* const from = m_chunks[m_chunk].words.data() + m_at + 1;
    values.resize(values.size() + piece.count);
    double* const to = values.data() + values.size() - piece.count;
    if (piece.nanoseconds) {
      std::transform(from, from + piece.count, to, milliseconds);
    } else {
      std::memcpy(to, from, piece.count * sizeof(double));
    }
  }

  void next() {
    m_at += 1 + header().value_words();
    if (m_at < m_chunks[m_chunk].words.size()) {
      m_number += header().further;
      return;
    }
    m_chunks[m_chunk++] = Chunk();  // and not {}, which would keep the memory
    enter();
  }

  std::vector<Chunk>& m_chunks;
  std::size_t m_chunk = 0;
  std::size_t m_at = 0;  ///< the header of the piece
  std::int64_t m_number = 0;
};

TrendWindows& TrendWindows::operator=(TrendWindows&& other) noexcept {
  m_window_ns = other.m_window_ns;
  m_chunks = std::move(other.m_chunks);
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
    const std::size_t room = std::clamp(m_packed / 2, k_smallest_chunk, k_largest_chunk);
    m_chunks.push_back({number, {}});
    m_chunks.back().words.reserve(std::max(room, needed));
  } else {
    header.further = static_cast<std::uint32_t>(number - m_last_packed);
  }
  std::vector<std::uint32_t>& words = m_chunks.back().words;
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

void TrendWindows::pack_all() {
  TrendWindows all(m_window_ns);
  if (m_late.empty()) {
    all.m_chunks = std::move(m_chunks);
    all.m_packed = m_packed;
    all.m_last_packed = m_last_packed;
    for (const Open& one : m_open) all.pack(one.number, one.values);
  } else {
    take_out([&all](std::int64_t number, std::vector<double>& values) { all.pack(number, values); });
  }
  *this = std::move(all);
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
  if (parts.size() == 1) return parts.front()->take_out(take);
  std::vector<Cursor> cursors;
  cursors.reserve(parts.size());
  for (TrendWindows* const part : parts) {
    part->pack_all();
    cursors.emplace_back(part->m_chunks);
  }
  std::vector<double> values;
  while (true) {
    const auto next = std::min_element(cursors.begin(), cursors.end(), Cursor::is_before);
    if (next->ended()) break;
    const std::int64_t number = next->number();
    values.clear();
    for (Cursor& cursor : cursors) cursor.take(number, values);
    take(number, values);
  }
  for (TrendWindows* const part : parts) *part = TrendWindows(part->m_window_ns);
}

void TrendWindows::take_out(const Take& take) {
  TrendWindows all(m_window_ns);
  std::swap(all, *this);
  auto late = all.m_late.begin();
  const auto give = [&](std::int64_t number, std::vector<double>& values) {
    for (; late != all.m_late.end() && late->first < number; ++late) take(late->first, late->second);
    if (late != all.m_late.end() && late->first == number) {
      values.insert(values.end(), late->second.begin(), late->second.end());
      ++late;
    }
    take(number, values);
  };
  std::vector<double> values;
  for (Cursor packed(all.m_chunks); !packed.ended();) {
    const std::int64_t number = packed.number();
    values.clear();
    packed.take(number, values);
    give(number, values);
  }
  for (Open& one : all.m_open) give(one.number, one.values);
  for (; late != all.m_late.end(); ++late) take(late->first, late->second);
}

}  // namespace k6apm::series
