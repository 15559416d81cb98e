#include "series/accumulator.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "series/gauge_files.hpp"
#include "series/hdr_buckets.hpp"
#include "series/quantile.hpp"
#include "series/window_number.hpp"

namespace k6apm::series {
namespace {

template <class Cell, class Fill>
void finish_cells(Windows<Cell>& windows, std::int64_t window_ns, const TakeWindow& take, const Fill& fill) {
  for (auto& [number, cell] : windows.row()) {
    Window window;
    window.start_s = number * (window_ns / k_nanoseconds_per_second);
    fill(std::exchange(cell, Cell{}), window);
    take(window);
  }
  windows.row() = {};
}

/// The first window at or after `number`.
template <class Row>
auto find_window(Row& row, std::int64_t number) {
  return std::lower_bound(row.begin(), row.end(), number,
                          [](const auto& window, std::int64_t n) { return window.number < n; });
}

/// There are many windows, mostly with few values: the room of one serves the next.
void finish_trend(const std::vector<TrendWindows*>& parts, std::int64_t window_ns, const Finish& how,
                  const TakeWindow& take, std::vector<Buckets>* buckets) {
  Window window;
  TrendWindows::take_out(parts, [&](std::int64_t number, std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    window.start_s = number * (window_ns / k_nanoseconds_per_second);
    window.count = values.size();
    window.min = values.front();
    window.max = values.back();
    window.sum.clear();
    for (const double value : values) window.sum.add(value);
    window.quantiles.clear();
    for (const double q : how.quantiles) window.quantiles.push_back(quantile(values, q));
    if (buckets != nullptr && how.buckets != BucketKind::none)
      buckets->push_back(how.buckets == BucketKind::hdr ? hdr_buckets_of(values)
                                                        : buckets_of(values, how.divisor));
    take(window);
  });
}

}  // namespace

void RateCell::add(const Point& point) {
  ++count;
  if (point.value != 0) ++nonzero;
}

void RateCell::merge(const RateCell& other) {
  nonzero += other.nonzero;
  count += other.count;
}

void GaugeCell::add(const Point& point) {
  if (std::pair(point.time_ns, point.position) >= std::pair(time_ns, position)) {
    time_ns = point.time_ns;
    position = point.position;
    value = point.value;
  }
  ++count;
  sum.add(point.value);
  min = std::min(min, point.value);
  max = std::max(max, point.value);
}

void GaugeCell::merge(const GaugeCell& other) {
  if (std::pair(other.time_ns, other.position) >= std::pair(time_ns, position)) {
    time_ns = other.time_ns;
    position = other.position;
    value = other.value;
  }
  count += other.count;
  sum.add(other.sum);
  min = std::min(min, other.min);
  max = std::max(max, other.max);
}

template <class Cell>
Windows<Cell>& Windows<Cell>::operator=(Windows&& other) noexcept {
  m_window_ns = other.m_window_ns;
  m_row = std::move(other.m_row);
  m_late = std::move(other.m_late);
  m_current = nullptr;
  m_begin_ns = std::numeric_limits<std::int64_t>::max();
  m_end_ns = std::numeric_limits<std::int64_t>::min();
  return *this;
}

template <class Cell>
void Windows<Cell>::open(std::int64_t time_ns) {
  const std::int64_t number = window_number(time_ns, m_window_ns);
  if (m_row.empty() || number > m_row.back().number) {
    m_row.push_back({number, {}});
  }
  const auto found = find_window(m_row, number);
  m_current = found->number == number ? &found->cell : &m_late[number];
  m_begin_ns = number * m_window_ns;
  m_end_ns = m_begin_ns + m_window_ns;
}

template <class Cell>
typename Windows<Cell>::Row& Windows<Cell>::row() {
  if (m_late.empty()) return m_row;
  Row all;
  all.reserve(m_row.size() + m_late.size());
  auto late = m_late.begin();
  for (Numbered& window : m_row) {
    for (; late != m_late.end() && late->first < window.number; ++late)
      all.push_back({late->first, std::move(late->second)});
    all.push_back(std::move(window));
  }
  *this = Windows(m_window_ns);
  m_row = std::move(all);
  return m_row;
}

template <class Cell>
void Windows<Cell>::merge(Windows& other) {
  Row mine = std::move(row());
  Row theirs = std::move(other.row());
  *this = Windows(m_window_ns);
  other = Windows(m_window_ns);
  m_row.reserve(std::max(mine.size(), theirs.size()));
  auto left = mine.begin();
  auto right = theirs.begin();
  while (left != mine.end() || right != theirs.end()) {
    const bool both = left != mine.end() && right != theirs.end() && left->number == right->number;
    if (both) left->cell.merge(right++->cell);
    const bool from_left = right == theirs.end() || (left != mine.end() && left->number < right->number);
    m_row.push_back(std::move(from_left ? *left++ : *right++));
  }
}

void GaugeWindows::add(const Point& point) {
  if (m_current == nullptr || m_current_file != point.file) {
    m_current = &m_files.try_emplace(point.file, m_window_ns).first->second;
    m_current_file = point.file;
  }
  m_current->add(point);
}

void GaugeWindows::add(std::uint32_t file, const GaugeCell& cell) {
  Windows<GaugeCell>& windows = m_files.try_emplace(file, m_window_ns).first->second;
  windows.at(window_number(cell.time_ns, m_window_ns)).merge(cell);
}

void GaugeWindows::merge(GaugeWindows& other) {
  for (auto& [file, windows] : other.m_files)
    m_files.try_emplace(file, m_window_ns).first->second.merge(windows);
}

Accumulator::Accumulator(std::int64_t window_ns, std::optional<MetricType> type,
                         std::shared_ptr<TrendRoom> room)
    : m_window_ns(window_ns),
      m_state(std::make_unique<Untyped>(Untyped{Counter(window_ns), GaugeWindows(window_ns), Rate(window_ns),
                                                Trend(window_ns, std::move(room))})) {
  if (type) set_type(*type);
}

void Accumulator::add(const Point& point) {
  switch (m_state.index()) {
    case 0: {
      Untyped& all = **std::get_if<std::unique_ptr<Untyped>>(&m_state);
      all.counter.add(point);
      all.gauge.add(point);
      all.rate.add(point);
      all.trend.add(point.time_ns, point.value);
      break;
    }
    case 1:
      std::get_if<Counter>(&m_state)->add(point);
      break;
    case 2:
      std::get_if<GaugeWindows>(&m_state)->add(point);
      break;
    case 3:
      std::get_if<Rate>(&m_state)->add(point);
      break;
    default:
      std::get_if<Trend>(&m_state)->add(point.time_ns, point.value);
      break;
  }
}

void Accumulator::set_type(MetricType type) {
  if (!std::holds_alternative<std::unique_ptr<Untyped>>(m_state)) return;
  for (Accumulator& part : m_parts) part.set_type(type);
  Untyped all = std::move(**std::get_if<std::unique_ptr<Untyped>>(&m_state));
  switch (type) {
    case MetricType::counter:
      m_state = std::move(all.counter);
      break;
    case MetricType::gauge:
      m_state = std::move(all.gauge);
      break;
    case MetricType::rate:
      m_state = std::move(all.rate);
      break;
    case MetricType::trend:
      m_state = std::move(all.trend);
      break;
  }
}

std::optional<MetricType> Accumulator::type() const {
  switch (m_state.index()) {
    case 0:
      return std::nullopt;
    case 1:
      return MetricType::counter;
    case 2:
      return MetricType::gauge;
    case 3:
      return MetricType::rate;
    default:
      return MetricType::trend;
  }
}

void Accumulator::merge(Accumulator&& other) {
  merge_later(std::move(other));
  join_parts();
}

void Accumulator::merge_later(Accumulator&& other) {
  assert(m_window_ns == other.m_window_ns && m_state.index() == other.m_state.index());
  std::vector<Accumulator> parts = std::move(other.m_parts);
  m_parts.push_back(std::move(other));
  std::move(parts.begin(), parts.end(), std::back_inserter(m_parts));
}

void Accumulator::join_parts() {
  for (Accumulator& part : std::exchange(m_parts, {})) join(part);
}

void Accumulator::join(Accumulator& part) {
  std::visit(
      [&](auto& mine) {
        using Mine = std::decay_t<decltype(mine)>;
        Mine& theirs = *std::get_if<Mine>(&part.m_state);
        if constexpr (std::is_same_v<Mine, std::unique_ptr<Untyped>>) {
          mine->counter.merge(theirs->counter);
          mine->gauge.merge(theirs->gauge);
          mine->rate.merge(theirs->rate);
          mine->trend.merge(theirs->trend);
        } else {
          mine.merge(theirs);
        }
      },
      m_state);
}

std::optional<WindowSpan> Accumulator::span() {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  const auto look_at = [&](auto& windows) {
    if (windows.row().empty()) return;
    first = std::min(first, windows.row().front().number);
    last = std::max(last, windows.row().back().number);
  };
  if (auto* gauge = std::get_if<GaugeWindows>(&m_state)) {
    for (auto& [file, windows] : gauge->files()) look_at(windows);
  }
  if (auto* counter = std::get_if<Counter>(&m_state)) look_at(*counter);
  if (auto* rate = std::get_if<Rate>(&m_state)) look_at(*rate);
  if (auto* trend = std::get_if<Trend>(&m_state))
    std::tie(first, last) = trend->numbers().value_or(std::pair(first, last));
  const std::int64_t window_s = m_window_ns / k_nanoseconds_per_second;
  std::optional<WindowSpan> all;
  if (first <= last) all = WindowSpan{first * window_s, last * window_s};
  for (Accumulator& part : m_parts) {
    const std::optional<WindowSpan> of_part = part.span();
    if (all && of_part)
      all = WindowSpan{std::min(all->first_s, of_part->first_s), std::max(all->last_s, of_part->last_s)};
    else if (of_part)
      all = of_part;
  }
  return all;
}

/// Those of all parts. The type must be Trend.
std::vector<TrendWindows*> Accumulator::trends() {
  std::vector<TrendWindows*> all{&std::get<Trend>(m_state)};
  for (Accumulator& part : m_parts) all.push_back(&std::get<Trend>(part.m_state));
  return all;
}

void Accumulator::finish(const Finish& how, const TakeWindow& take, std::vector<Buckets>* buckets) {
  if (std::holds_alternative<Trend>(m_state)) {
    finish_trend(trends(), m_window_ns, how, take, buckets);
    m_parts.clear();
    return;
  }
  join_parts();
  if (auto* counter = std::get_if<Counter>(&m_state)) {
    return finish_cells(*counter, m_window_ns, take,
                        [](CounterCell cell, Window& window) { window.sum = std::move(cell.sum); });
  }
  if (auto* rate = std::get_if<Rate>(&m_state)) {
    return finish_cells(*rate, m_window_ns, take, [](const RateCell& cell, Window& window) {
      window.count = cell.count;
      window.nonzero = cell.nonzero;
    });
  }
  for (Window& window : finish_gauge(std::get<GaugeWindows>(m_state), m_window_ns, how.merge)) take(window);
}

template class Windows<CounterCell>;
template class Windows<RateCell>;
template class Windows<GaugeCell>;

}  // namespace k6apm::series
