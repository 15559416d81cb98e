#include "k6/partial_series.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <span>
#include <type_traits>
#include <variant>

#include "series/window_number.hpp"
#include "text/utf8.hpp"

namespace k6apm::k6 {
namespace {

using series::Accumulator;

using series::k_nanoseconds_per_second;

constexpr std::int64_t unix_ns(std::chrono::year_month_day date) {
  return std::chrono::nanoseconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

constexpr std::int64_t k_earliest_ns = unix_ns(std::chrono::year(1678) / 1 / 1);
constexpr std::int64_t k_end_ns = unix_ns(std::chrono::year(2262) / 1 / 1);

bool add_sum(const partial::Sum& sum, series::ExactSum& to) {
  return to.add({sum.whole(), sum.negative(), sum.first(), {sum.digits().begin(), sum.digits().end()}});
}

/// Returns how many digits it has.
std::size_t put_sum(const series::ExactSum& from, partial::Sum& sum) {
  const series::ExactSum::WrittenOut written = from.written_out();
  sum.set_whole(written.whole);
  sum.set_negative(written.negative);
  sum.set_first(written.first);
  sum.mutable_digits()->Add(written.digits.begin(), written.digits.end());
  return written.digits.size();
}

/// How the values of window `i` spread, which it has beside the latest. False where that cannot be.
bool read_spread(const partial::Gauge& one, int i, series::GaugeCell& cell) {
  cell.count = one.counts(i);
  cell.min = one.mins(i);
  cell.max = one.maxs(i);
  return cell.count > 0 && std::isfinite(cell.min) && std::isfinite(cell.max) && cell.min <= cell.value &&
         cell.value <= cell.max && add_sum(one.sums(i), cell.sum);
}

/// Fills the windows of one series.
class Decoder {
 public:
  Decoder(const partial::Series& message, std::int64_t window_ns, const InputNumber& input_number)
      : m_message(message), m_window_ns(window_ns), m_input_number(input_number) {}

  bool fill(Accumulator::Counter& counter) const {
    return only(m_message.counters_size()) &&
           std::all_of(m_message.counters().begin(), m_message.counters().end(), [&](const auto& sum) {
             return is_window(sum.window()) && add_sum(sum, counter.at(sum.window()).sum);
           });
  }

  bool fill(Accumulator::Rate& rate) const {
    return only(m_message.rates_size()) &&
           std::all_of(m_message.rates().begin(), m_message.rates().end(), [&](const auto& share) {
             if (!is_window(share.window()) || share.count() == 0 || share.nonzero() > share.count())
               return false;
             rate.at(share.window()).merge({share.nonzero(), share.count()});
             return true;
           });
  }

  bool fill(Accumulator::Trend& trend) const {
    return only(m_message.trends_size()) &&
           each_trend(
               [&](std::int64_t number, std::span<const double> values) { trend.add(number, values); });
  }

  bool fill(series::GaugeWindows& gauge) const { return only(m_message.gauges_size()) && each_gauge(gauge); }

  /// Sums and shares are those of the values.
  bool fill(const std::unique_ptr<Accumulator::Untyped>& all) const {
    if (!only(m_message.trends_size() + m_message.gauges_size()) || !each_gauge(all->gauge)) return false;
    return each_trend([&](std::int64_t number, std::span<const double> values) {
      all->trend.add(number, values);
      series::CounterCell& counter = all->counter.at(number);
      series::RateCell& rate = all->rate.at(number);
      for (const double value : values) {
        counter.add({0, value});
        rate.add({0, value});
      }
    });
  }

 private:
  /// Nothing but these windows is in the message.
  bool only(int count) const {
    return m_message.counters_size() + m_message.rates_size() + m_message.trends_size() +
               m_message.gauges_size() ==
           count;
  }

  bool is_window(std::int64_t number) const {
    return number >= k_earliest_ns / m_window_ns - 1 && number <= k_end_ns / m_window_ns;
  }

  template <class Take>
  bool each_trend(const Take& take) const {
    return std::all_of(m_message.trends().begin(), m_message.trends().end(), [&](const auto& one) {
      const auto finite = [](double value) { return std::isfinite(value); };
      if (!is_window(one.window()) || one.values().empty() ||
          !std::all_of(one.values().begin(), one.values().end(), finite))
        return false;
      take(one.window(), std::span(one.values().data(), static_cast<std::size_t>(one.values_size())));
      return true;
    });
  }

  bool each_gauge(series::GaugeWindows& gauge) const {
    return std::all_of(m_message.gauges().begin(), m_message.gauges().end(), [&](const partial::Gauge& one) {
      const auto file = m_input_number(one.input());
      if (!file || one.times_ns_size() != one.values_size()) return false;
      const bool spread = one.counts_size() > 0;
      const int spreads = spread ? one.values_size() : 0;
      if (one.counts_size() != spreads || one.mins_size() != spreads || one.maxs_size() != spreads ||
          one.sums_size() != spreads)
        return false;
      for (int i = 0; i < one.values_size(); ++i) {
        if (!is_possible_time(one.times_ns(i)) || !std::isfinite(one.values(i))) return false;
        series::GaugeCell cell;
        if (spread) {
          cell.time_ns = one.times_ns(i);
          cell.value = one.values(i);
          if (!read_spread(one, i, cell)) return false;
        } else {
          cell.add({one.times_ns(i), one.values(i), *file});
        }
        gauge.add(*file, cell);
      }
      return true;
    });
  }

  const partial::Series& m_message;
  std::int64_t m_window_ns;
  const InputNumber& m_input_number;
};

/// The same order for the same values, zeros with a sign among them.
bool is_less(double a, double b) { return a < b || (a == b && std::signbit(a) && !std::signbit(b)); }

/// Takes the windows of one series out.
class Encoder {
 public:
  Encoder(const series::SeriesKey& key, std::optional<series::MetricType> type, bool gauge_spread,
          const InputNumber& input_number, const std::function<void(const partial::Series&)>& take)
      : m_gauge_spread(gauge_spread), m_input_number(input_number), m_take(take) {
    m_message.set_rule(static_cast<std::uint32_t>(key.rule));
    m_message.set_metric(key.metric);
    m_message.set_type(message_type_of(type));
    for (const auto& [name, value] : key.tags) {
      partial::Tag& tag = *m_message.add_tags();
      tag.set_name(name);
      tag.set_value(value);
    }
  }

  void put(Accumulator::Counter& counter) {
    for (auto& [number, cell] : counter.row()) {
      partial::Sum& sum = *m_message.add_counters();
      sum.set_window(number);
      const std::size_t digits = put_sum(cell.sum, sum);
      grow(k_window_bytes + sizeof(std::uint32_t) * digits);
    }
  }

  void put(Accumulator::Rate& rate) {
    for (const auto& [number, cell] : rate.row()) {
      partial::Share& share = *m_message.add_rates();
      share.set_window(number);
      share.set_nonzero(cell.nonzero);
      share.set_count(cell.count);
      grow(k_window_bytes);
    }
  }

  void put(Accumulator::Trend& trend) {
    constexpr std::size_t k_values = k_series_piece / sizeof(double);
    trend.take_out([&](std::int64_t number, std::vector<double>& values) {
      std::sort(values.begin(), values.end(), is_less);
      for (std::size_t from = 0; from < values.size(); from += k_values) {
        const std::size_t count = std::min(k_values, values.size() - from);
        partial::Values& one = *m_message.add_trends();
        one.set_window(number);
        one.mutable_values()->Add(values.data() + from, values.data() + from + count);
        grow(k_window_bytes + sizeof(double) * count);
      }
    });
  }

  void put(series::GaugeWindows& gauge) {
    std::map<std::uint32_t, series::Windows<series::GaugeCell>*> inputs;  // in the order of the file
    for (auto& [file, windows] : gauge.files()) inputs.emplace(*m_input_number(file), &windows);
    for (const auto& [input, windows] : inputs) {
      partial::Gauge* one = nullptr;
      for (const auto& [number, cell] : windows->row()) {
        if (one == nullptr) {
          one = m_message.add_gauges();
          one->set_input(input);
        }
        one->add_times_ns(cell.time_ns);
        one->add_values(cell.value);
        std::size_t bytes = sizeof cell.time_ns + sizeof cell.value;
        if (m_gauge_spread) {
          one->add_counts(cell.count);
          one->add_mins(cell.min);
          one->add_maxs(cell.max);
          const std::size_t digits = put_sum(cell.sum, *one->add_sums());
          bytes += 2 * k_window_bytes + sizeof cell.min + sizeof cell.max + sizeof(std::uint32_t) * digits;
        }
        if (grow(bytes)) one = nullptr;
      }
    }
  }

  void put(const std::unique_ptr<Accumulator::Untyped>& all) {
    put(all->trend);
    put(all->gauge);
  }

  void end() {
    if (m_bytes > 0) give();
  }

 private:
  /// About what a window takes with its number and framing.
  static constexpr std::size_t k_window_bytes = 16;

  /// Whether the piece was full, so that the next begins.
  bool grow(std::size_t bytes) {
    m_bytes += bytes;
    if (m_bytes < k_series_piece) return false;
    give();
    return true;
  }

  void give() {
    m_take(m_message);
    m_message.clear_counters();
    m_message.clear_rates();
    m_message.clear_trends();
    m_message.clear_gauges();
    m_bytes = 0;
  }

  partial::Series m_message{};
  bool m_gauge_spread;
  const InputNumber& m_input_number;
  const std::function<void(const partial::Series&)>& m_take;
  std::size_t m_bytes = 0;
};

}  // namespace

std::optional<series::MetricType> metric_type_of(partial::Type type) {
  switch (type) {
    case partial::COUNTER:
      return series::MetricType::counter;
    case partial::GAUGE:
      return series::MetricType::gauge;
    case partial::RATE:
      return series::MetricType::rate;
    case partial::TREND:
      return series::MetricType::trend;
    default:
      return std::nullopt;
  }
}

partial::Type message_type_of(std::optional<series::MetricType> type) {
  if (!type) return partial::UNKNOWN;
  switch (*type) {
    case series::MetricType::counter:
      return partial::COUNTER;
    case series::MetricType::gauge:
      return partial::GAUGE;
    case series::MetricType::rate:
      return partial::RATE;
    case series::MetricType::trend:
      return partial::TREND;
  }
  return partial::UNKNOWN;
}

bool is_possible_time(std::int64_t time_ns) { return time_ns >= k_earliest_ns && time_ns < k_end_ns; }

std::optional<std::pair<series::SeriesKey, Accumulator>> decode_series(const partial::Series& message,
                                                                       std::span<const series::Rule> rules,
                                                                       const InputNumber& input_number) {
  const auto type = metric_type_of(message.type());
  if (message.rule() >= rules.size() || (!type && message.type() != partial::UNKNOWN)) return std::nullopt;
  series::SeriesKey key{message.rule(), message.metric(), {}};
  bool is_text = text::is_valid_utf8(key.metric);
  for (const partial::Tag& tag : message.tags()) {
    key.tags.emplace_back(tag.name(), tag.value());
    is_text = is_text && text::is_valid_utf8(tag.name()) && text::is_valid_utf8(tag.value());
  }
  if (!is_text) return std::nullopt;
  const std::int64_t window_ns = rules[message.rule()].window_s * k_nanoseconds_per_second;
  Accumulator series(window_ns, type);
  const Decoder decoder(message, window_ns, input_number);
  if (!std::visit([&](auto& windows) { return decoder.fill(windows); }, series.state())) return std::nullopt;
  return std::pair(std::move(key), std::move(series));
}

void encode_series(const series::SeriesKey& key, Accumulator& series, const series::Rule& rule,
                   const InputNumber& input_number,
                   const std::function<void(const partial::Series& piece)>& take) {
  Encoder encoder(key, series.type(), rule.gauge_spread, input_number, take);
  std::visit([&](auto& windows) { encoder.put(windows); }, series.state());
  encoder.end();
}

}  // namespace k6apm::k6
