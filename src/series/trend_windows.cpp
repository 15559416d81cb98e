#include "series/trend_windows.hpp"

#include <algorithm>
#include <iterator>

#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

constexpr std::size_t k_open_windows = 2;

/// Makes room for `more` elements. A quarter at a time: with std::vector's doubling there would be half as
/// much again of unused memory.
template <class Element>
void make_room(std::vector<Element>& elements, std::size_t more) {
  const std::size_t needed = elements.size() + more;
  if (needed > elements.capacity()) elements.reserve(std::max(needed, elements.size() + elements.size() / 4));
}

}  // namespace

TrendWindows& TrendWindows::operator=(TrendWindows&& other) noexcept {
  m_window_ns = other.m_window_ns;
  m_packed = std::move(other.m_packed);
  m_values = std::move(other.m_values);
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
      m_open.empty() ? m_packed.empty() || number > m_packed.back().number : number > m_open.back().number;
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
  make_room(m_values, values.size());
  m_values.insert(m_values.end(), values.begin(), values.end());
  make_room(m_packed, 1);
  m_packed.push_back({number, m_values.size()});
}

std::span<const double> TrendWindows::values_of(std::size_t packed) const {
  const std::size_t begin = packed == 0 ? 0 : m_packed[packed - 1].end;
  return std::span(m_values).subspan(begin, m_packed[packed].end - begin);
}

void TrendWindows::pack_all() {
  TrendWindows all(m_window_ns);
  if (m_late.empty()) {
    all.m_packed = std::move(m_packed);
    all.m_values = std::move(m_values);
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
  both.m_values.reserve(m_values.size() + other.m_values.size());
  both.m_packed.reserve(std::max(m_packed.size(), other.m_packed.size()));
  std::size_t left = 0;
  std::size_t right = 0;
  while (left < m_packed.size() || right < other.m_packed.size()) {
    const bool from_right =
        right < other.m_packed.size() &&
        (left == m_packed.size() || other.m_packed[right].number <= m_packed[left].number);
    const bool from_left =
        left < m_packed.size() && (!from_right || m_packed[left].number == other.m_packed[right].number);
    const std::int64_t number = from_left ? m_packed[left].number : other.m_packed[right].number;
    if (from_left) {
      const auto values = values_of(left++);
      both.m_values.insert(both.m_values.end(), values.begin(), values.end());
    }
    if (from_right) {
      const auto values = other.values_of(right++);
      both.m_values.insert(both.m_values.end(), values.begin(), values.end());
    }
    make_room(both.m_packed, 1);
    both.m_packed.push_back({number, both.m_values.size()});
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
  if (!m_packed.empty()) {
    look_at(m_packed.front().number);
    look_at(m_packed.back().number);
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
  for (std::size_t i = 0; i < all.m_packed.size(); ++i) {
    const auto packed = all.values_of(i);
    values.assign(packed.begin(), packed.end());
    give(all.m_packed[i].number, values);
  }
  for (Open& one : all.m_open) give(one.number, one.values);
  for (; late != all.m_late.end(); ++late) take(late->first, late->second);
}

}  // namespace k6apm::series
