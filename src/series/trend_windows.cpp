#include "series/trend_windows.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

constexpr std::size_t k_open_windows = 2;
/// What stands before the values of a packed window.
constexpr std::size_t k_header = 2;
/// Doubles for which a chunk has room: a quarter of all that there are, so that little of it is unused.
constexpr std::size_t k_smallest_chunk = 32;
constexpr std::size_t k_largest_chunk = 8192;

}  // namespace

/// Goes through the windows of chunks, and frees each chunk that it leaves.
class TrendWindows::Cursor {
 public:
  explicit Cursor(std::vector<Chunk>& chunks) : m_chunks(chunks) {}

  bool ended() const { return m_chunk == m_chunks.size(); }
  std::int64_t number() const { return std::bit_cast<std::int64_t>(m_chunks[m_chunk][m_at]); }
  std::span<const double> values() const {
    const auto count = std::bit_cast<std::uint64_t>(m_chunks[m_chunk][m_at + 1]);
    return std::span(m_chunks[m_chunk]).subspan(m_at + k_header, count);
  }
  void next() {
    m_at += k_header + values().size();
    if (m_at < m_chunks[m_chunk].size()) return;
    m_chunks[m_chunk++] = Chunk();  // and not {}, which would keep the memory
    m_at = 0;
  }

 private:
  std::vector<Chunk>& m_chunks;
  std::size_t m_chunk = 0;
  std::size_t m_at = 0;  ///< the header of the window
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
  const std::size_t needed = k_header + values.size();
  if (m_chunks.empty() || m_chunks.back().capacity() - m_chunks.back().size() < needed) {
    const std::size_t room = std::clamp(m_packed / 4, k_smallest_chunk, k_largest_chunk);
    m_chunks.emplace_back().reserve(std::max(room, needed));
  }
  Chunk& chunk = m_chunks.back();
  chunk.push_back(std::bit_cast<double>(number));
  chunk.push_back(std::bit_cast<double>(std::uint64_t{values.size()}));
  chunk.insert(chunk.end(), values.begin(), values.end());
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
  pack_all();
  other.pack_all();
  TrendWindows both(m_window_ns);
  Cursor left(m_chunks);
  Cursor right(other.m_chunks);
  std::vector<double> values;
  const auto take = [&values](Cursor& from) {
    values.insert(values.end(), from.values().begin(), from.values().end());
    from.next();
  };
  while (!left.ended() || !right.ended()) {
    const bool from_left = !left.ended() && (right.ended() || left.number() <= right.number());
    const std::int64_t number = from_left ? left.number() : right.number();
    values.clear();
    if (from_left) take(left);
    if (!right.ended() && right.number() == number) take(right);
    both.pack(number, values);
  }
  *this = std::move(both);
  other = TrendWindows(m_window_ns);
}

std::optional<std::pair<std::int64_t, std::int64_t>> TrendWindows::numbers() const {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  const auto look_at = [&](std::int64_t number) {
    first = std::min(first, number);
    last = std::max(last, number);
  };
  if (!m_chunks.empty()) {
    look_at(std::bit_cast<std::int64_t>(m_chunks.front().front()));
    look_at(m_last_packed);
  }
  for (const Open& one : m_open) look_at(one.number);
  if (!m_late.empty()) look_at(m_late.begin()->first);  // the last of these is before one that is not late
  if (first > last) return std::nullopt;
  return std::pair(first, last);
}

void TrendWindows::take_out(
    const std::function<void(std::int64_t number, std::vector<double>& values)>& take) {
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
  for (Cursor packed(all.m_chunks); !packed.ended(); packed.next()) {
    values.assign(packed.values().begin(), packed.values().end());
    give(packed.number(), values);
  }
  for (Open& one : all.m_open) give(one.number, one.values);
  for (; late != all.m_late.end(); ++late) take(late->first, late->second);
}

}  // namespace k6apm::series
