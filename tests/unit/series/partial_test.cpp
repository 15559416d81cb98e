#include "series/partial.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <utility>
#include <vector>

using namespace k6apm::series;

namespace {

constexpr std::int64_t k_second = 1'000'000'000;

/// Every point, in windows of 3 s.
std::vector<Rule> one_rule() {
  Rule rule;
  rule.selects_metric = [](std::string_view) { return true; };
  rule.selects = [](std::string_view, const Tags&) { return true; };
  rule.window_s = 3;
  return {rule};
}

/// (start in seconds, sum) of each window.
using Sums = std::vector<std::pair<std::int64_t, double>>;

/// A Partial of counters.
class Counted {
 public:
  explicit Counted(TimeRange range) : m_partial(m_rules, range) {}

  /// Whether the point was taken.
  bool add(std::int64_t time_ns, double value = 1) {
    const Route route = {m_partial.route("mine", 0, {}, MetricType::counter)};
    return m_partial.add(route, {time_ns, value, 0, ++m_position});
  }

  Sums windows() {
    Sums found;
    const auto lookup = [](std::string_view) { return MetricInfo{}; };
    for (Series& series : m_partial.finish(lookup, {})) {
      series.make_windows();
      for (const Window& window : series.windows) found.emplace_back(window.start_s, window.sum.value());
    }
    return found;
  }

  Partial& partial() { return m_partial; }

 private:
  std::vector<Rule> m_rules = one_rule();
  Partial m_partial;
  std::uint64_t m_position = 0;
};

constexpr TimeRange moved_by(std::int64_t move_ns) {
  TimeRange range;
  range.move_ns = move_ns;
  return range;
}

}  // namespace

TEST_CASE("without a move points stay where they are") {
  Counted counted({});
  CHECK(counted.add(2 * k_second));
  CHECK(counted.add(4 * k_second));
  CHECK(counted.partial().first_ns() == 2 * k_second);
  CHECK(counted.partial().last_ns() == 4 * k_second);
  CHECK(counted.windows() == Sums{{0, 1}, {3, 1}});
}

TEST_CASE("windows are aligned to the epoch after the move") {
  // 1 and 2.5 share a window; moved by a second they do not.
  Counted together({});
  Counted apart(moved_by(k_second));
  for (Counted* counted : {&together, &apart}) {
    counted->add(k_second, 1);
    counted->add(2 * k_second + k_second / 2, 2);
  }
  CHECK(together.windows() == Sums{{0, 3}});
  CHECK(apart.windows() == Sums{{0, 1}, {3, 2}});
}

TEST_CASE("a move is exact to the nanosecond") {
  Counted counted(moved_by(1));
  counted.add(3 * k_second - 2, 1);
  counted.add(3 * k_second - 1, 2);
  CHECK(counted.partial().first_ns() == 3 * k_second - 1);
  CHECK(counted.partial().last_ns() == 3 * k_second);
  CHECK(counted.windows() == Sums{{0, 1}, {3, 2}});
}

TEST_CASE("a run can be moved across the epoch and back") {
  Counted before(moved_by(-5 * k_second));
  before.add(k_second, 1);      // to -4
  before.add(5 * k_second, 2);  // to 0
  before.add(5 * k_second - 1, 4);
  CHECK(before.partial().first_ns() == -4 * k_second);
  CHECK(before.windows() == Sums{{-6, 1}, {-3, 4}, {0, 2}});
  Counted after(moved_by(5 * k_second));
  after.add(-4 * k_second, 1);
  after.add(-k_second, 2);
  CHECK(after.partial().last_ns() == 4 * k_second);
  CHECK(after.windows() == Sums{{0, 1}, {3, 2}});
}

TEST_CASE("the range is of times before the move") {
  TimeRange range{2 * k_second, 4 * k_second, 100 * k_second};
  Counted counted(range);
  CHECK_FALSE(counted.add(2 * k_second - 1));
  CHECK(counted.add(2 * k_second, 1));
  CHECK(counted.add(4 * k_second - 1, 2));
  CHECK_FALSE(counted.add(4 * k_second));
  CHECK_FALSE(counted.add(102 * k_second));
  CHECK(counted.partial().first_ns() == 102 * k_second);
  CHECK(counted.partial().last_ns() == 104 * k_second - 1);
  CHECK(counted.windows() == Sums{{102, 3}});
}

TEST_CASE("Partials that moved alike merge as if they were one") {
  const auto lookup = [](std::string_view) { return MetricInfo{}; };
  Counted one(moved_by(-7));
  Counted other(moved_by(-7));
  one.add(9 * k_second, 1);
  other.add(3 * k_second + 7, 2);
  other.add(9 * k_second + 7, 4);
  one.partial().merge(std::move(other.partial()), lookup);
  CHECK(one.partial().first_ns() == 3 * k_second);
  CHECK(one.partial().last_ns() == 9 * k_second);
  CHECK(one.windows() == Sums{{3, 2}, {6, 1}, {9, 4}});
}

TEST_CASE("times_only counts times and makes no series") {
  Counted counted({k_second, 10 * k_second, -k_second});
  counted.partial().keep_times_only();
  CHECK(counted.partial().first_ns() == std::numeric_limits<std::int64_t>::max());
  CHECK(counted.partial().last_ns() == std::numeric_limits<std::int64_t>::min());
  counted.add(0);
  counted.add(5 * k_second);
  counted.add(2 * k_second);
  CHECK(counted.partial().first_ns() == k_second);
  CHECK(counted.partial().last_ns() == 4 * k_second);
  CHECK(counted.windows().empty());
}

TEST_CASE("series that a receiver cannot tell apart are one, exactly") {
  // Two rules of one destination whose names ignore case, and one of another that keeps it.
  std::vector<Rule> rules(3, one_rule().front());
  const auto lower = [](std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
  };
  for (Rule& rule : rules) rule.keep_all_tags = true;
  for (std::size_t i = 0; i < 2; ++i) {
    rules[i].name_of = lower;
    rules[i].normalised = [lower](const Tags& tags) {
      Tags out;
      for (const auto& [name, value] : tags) out.emplace_back(name, lower(value));
      return out;
    };
  }
  rules[2].destination = 1;
  const auto lookup = [](std::string_view metric) {
    return MetricInfo{metric == "G" ? MetricType::gauge : MetricType::counter};
  };
  Partial partial(rules, {});
  std::uint64_t position = 0;
  const auto add = [&](std::string_view metric, std::size_t rule, const std::string& value, double number) {
    const Route route = {partial.route(metric, rule, {{"tag", value}}, std::nullopt)};
    partial.add(route, {k_second, number, 0, ++position});
  };
  add("Mine", 0, "A", 0.1);
  add("Mine", 0, "a", 0.2);
  add("mine", 1, "a", 0.3);
  add("mine", 1, "b", 4);
  add("Mine", 1, "a", 100);  // the same metric by another rule would count twice
  add("g", 0, "a", 7);
  add("G", 0, "a", 8);  // of another type
  add("Mine", 2, "A", 5);
  add("mine", 2, "a", 6);
  std::vector<std::string> found;
  for (Series& series : partial.finish(lookup, {})) {
    series.make_windows();
    const Window& window = series.windows.at(0);
    const double value = series.type == MetricType::gauge ? window.last : window.sum.value();
    found.push_back(std::to_string(series.rule) + series.metric + ":" + series.tags.at(0).second + "=" +
                    std::to_string(value));
    const bool joined = series.rule == 0 && series.metric == "Mine";
    CHECK(series.joined == (joined ? std::vector<Selected>{{1, "mine"}} : std::vector<Selected>{}));
  }
  CHECK(found == std::vector<std::string>{"0G:a=8.000000", "0Mine:a=0.600000", "0Mine:b=4.000000",
                                          "0g:a=7.000000", "1Mine:a=100.000000", "2Mine:A=5.000000",
                                          "2mine:a=6.000000"});
}

TEST_CASE("tags with an empty value are kept where a rule asks for them") {
  Rule rule;
  rule.keep_all_tags = true;
  const Tags tags = {{"group", ""}, {"method", "GET"}};
  CHECK(kept_tags(rule, tags) == Tags{{"method", "GET"}});
  rule.keep_empty_tags = true;
  CHECK(kept_tags(rule, tags) == tags);
}
