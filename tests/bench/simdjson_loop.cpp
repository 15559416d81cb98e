// What one would write with simdjson: every line through On-Demand, the default metrics cut into windows of 3
// s, with sum, least and largest, and for Trends all values, sorted for percentiles. The lines of other
// metrics are left after their name, as k6apm does. One thread; the file is read in blocks, so that its
// memory is flat as well.
//
//     simdjson_loop FILE
#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t k_block = std::size_t{1} << 20;
constexpr std::int64_t k_window_s = 3;

enum class Type { counter, gauge, trend };

struct Window {
  std::uint64_t count = 0;
  double sum = 0, least = 0, largest = 0, last = 0;
  std::int64_t latest_ns = 0;
  std::vector<double> values;
};

struct Metric {
  std::string_view name;
  Type type;
  std::map<std::int64_t, Window> windows;
  Window* current = nullptr;  // points come about in time order
  std::int64_t current_number = -1;
};

int two(const char* at) { return (at[0] - '0') * 10 + (at[1] - '0'); }

/// Nanoseconds since the epoch of 2026-11-20T07:27:38.579217052Z; only UTC, as the data of the benchmark are.
std::int64_t time_ns(std::string_view text) {
  const int year = two(text.data()) * 100 + two(text.data() + 2), month = two(text.data() + 5);
  // Days since 1970-03-01-based eras (Howard Hinnant, "chrono-compatible low-level date algorithms").
  const int y = month <= 2 ? year - 1 : year, m = month > 2 ? month - 3 : month + 9;
  const std::int64_t day =
      365LL * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + two(text.data() + 8) - 719469;
  const std::int64_t seconds =
      ((day * 24 + two(text.data() + 11)) * 60 + two(text.data() + 14)) * 60 + two(text.data() + 17);
  std::int64_t fraction = 0, unit = 100'000'000;
  for (std::size_t i = 20; i < text.size() && text[i] != 'Z'; ++i, unit /= 10)
    fraction += (text[i] - '0') * unit;
  return seconds * 1'000'000'000 + fraction;
}

void add(Metric& metric, std::int64_t ns, double value) {
  const std::int64_t number = ns / (k_window_s * 1'000'000'000);
  if (number != metric.current_number) {
    metric.current = &metric.windows[number];
    metric.current_number = number;
  }
  Window& window = *metric.current;
  window.least = window.count == 0 ? value : std::min(window.least, value);
  window.largest = window.count == 0 ? value : std::max(window.largest, value);
  window.sum += value;
  ++window.count;
  if (metric.type == Type::trend) window.values.push_back(value);
  if (ns >= window.latest_ns) {
    window.latest_ns = ns;
    window.last = value;
  }
}

class Loop {
 public:
  void line(const char* begin, std::size_t size, std::size_t capacity) {
    auto document = m_parser.iterate(begin, size, capacity);
    auto object = document.get_object();
    std::string_view name, type, time;
    auto first = object.find_field("metric");  // comes first in points, last in Metric lines
    if (first.get_string().get(name) != simdjson::SUCCESS) return;
    Metric* metric = find(name);
    if (!metric || object.find_field("type").get_string().get(type) != simdjson::SUCCESS || type != "Point")
      return;
    auto data = object.find_field("data").get_object();
    double value = 0;
    if (data.find_field("time").get_string().get(time) == simdjson::SUCCESS &&
        data.find_field("value").get_double().get(value) == simdjson::SUCCESS && time.size() >= 20)
      add(*metric, time_ns(time), value);
  }

  void print() {
    for (Metric& metric : m_metrics)
      for (auto& [number, window] : metric.windows) {
        std::sort(window.values.begin(), window.values.end());
        const auto at = [&](double p) {
          return window.values.empty()
                     ? 0.0
                     : window.values[static_cast<std::size_t>(p * double(window.values.size() - 1))];
        };
        std::printf("%.*s %lld %llu %g %g %g %g %g %g %g %g\n", int(metric.name.size()), metric.name.data(),
                    static_cast<long long>(number * k_window_s),
                    static_cast<unsigned long long>(window.count), window.sum, window.least, window.largest,
                    window.last, at(0.5), at(0.9), at(0.95), at(0.99));
      }
  }

 private:
  Metric* find(std::string_view name) {
    for (Metric& metric : m_metrics)
      if (metric.name == name) return &metric;
    return nullptr;
  }

  simdjson::ondemand::parser m_parser;
  std::array<Metric, 6> m_metrics{{{"http_req_duration", Type::trend, {}},
                                   {"http_reqs", Type::counter, {}},
                                   {"data_sent", Type::counter, {}},
                                   {"data_received", Type::counter, {}},
                                   {"iterations", Type::counter, {}},
                                   {"vus", Type::gauge, {}}}};
};

}  // namespace

int main(int argc, char** argv) {
  const int file = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) {
    std::fprintf(stderr, "usage: simdjson_loop FILE\n");
    return 2;
  }
  Loop loop;
  std::vector<char> buffer(2 * k_block + simdjson::SIMDJSON_PADDING);
  std::size_t held = 0;
  for (;;) {
    const ssize_t got = read(file, buffer.data() + held, buffer.size() - simdjson::SIMDJSON_PADDING - held);
    if (got <= 0) break;
    held += static_cast<std::size_t>(got);
    const char *at = buffer.data(), *end = buffer.data() + held;
    while (const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      const auto size = static_cast<std::size_t>(static_cast<const char*>(newline) - at);
      loop.line(at, size, static_cast<std::size_t>(buffer.data() + buffer.size() - at));
      at += size + 1;
    }
    held = static_cast<std::size_t>(end - at);
    std::memmove(buffer.data(), at, held);
  }
  loop.print();
  close(file);
  return 0;
}
