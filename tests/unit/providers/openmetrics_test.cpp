#include "providers/openmetrics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "providers/prometheus_export.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using series::Contains;
using series::MetricType;

std::string text_of(const std::vector<std::string>& metrics, std::vector<series::Series> all,
                    const providers::ExportSettings& settings = {}) {
  const apm::Destination destination = destination_of(metrics);
  const providers::PrometheusExport exported(map_series(destination, std::move(all), settings), 3);
  std::string text;
  CHECK(exported.write_open_metrics([&text](std::string_view piece) {
    text += piece;
    return true;
  }));
  return text;
}

series::Series with(series::Series one, std::vector<series::Window> windows) {
  one.windows = std::move(windows);
  return one;
}

}  // namespace

TEST_CASE("times are seconds, to the millisecond") {
  const std::vector<std::pair<std::int64_t, std::string>> table = {
      {0, "0"},       {1, "0.001"},      {1000, "1"},
      {-1, "-0.001"}, {-1500, "-1.500"}, {1763623646005, "1763623646.005"},
      {60000, "60"},  {-60000, "-60"},   {1763623646000, "1763623646"},
      {999, "0.999"}, {1010, "1.010"},   {std::numeric_limits<std::int64_t>::min(), "-9223372036854775.808"},
  };
  for (const auto& [time_ms, text] : table) CHECK(providers::open_metrics_time(time_ms) == text);
}

TEST_CASE("families stand together, with all samples of a series in order") {
  CHECK(text_of({"c", "r"},
                {with(series_of(0, "c", MetricType::counter, {{"t", "b"}}), {counted(3, 1), counted(9, 0.5)}),
                 with(series_of(0, "c", MetricType::counter, {{"t", "a\"\\\n"}}), {counted(3, 2)}),
                 with(series_of(1, "r", MetricType::rate), {rated(3, 1, 4)})},
                {.rate_counts = true}) ==
        "# TYPE k6_c unknown\n"
        "# HELP k6_c k6 counter c, running total\n"
        "k6_c{t=\"a\\\"\\\\\\n\"} 0 3\n"
        "k6_c{t=\"a\\\"\\\\\\n\"} 2 6\n"
        "k6_c{t=\"b\"} 0 3\n"
        "k6_c{t=\"b\"} 1 6\n"
        "k6_c{t=\"b\"} 1.5 12\n"
        "# TYPE k6_r gauge\n"
        "# HELP k6_r k6 rate r, share of points in the window that are not zero\n"
        "k6_r 0.25 6\n"
        "# TYPE k6_r_total unknown\n"  // as a counter it would claim the name of the share
        "# HELP k6_r_total k6 rate r, running total of points\n"
        "k6_r_total 0 3\n"
        "k6_r_total 4 6\n"
        "# TYPE k6_r_nonzero counter\n"
        "# HELP k6_r_nonzero k6 rate r, running total of points that are not zero\n"
        "k6_r_nonzero_total 0 3\n"
        "k6_r_nonzero_total 1 6\n"
        "# EOF\n");
}

TEST_CASE("a counter is one by name and by values") {
  const auto type_of = [](const std::string& target, std::vector<series::Window> windows,
                          const std::string& other = "other") {
    const std::string text = text_of({"c=" + target, "g=" + other},
                                     {with(series_of(0, "c", MetricType::counter), std::move(windows)),
                                      with(series_of(1, "g", MetricType::gauge), {last(3, 1)})});
    return text.substr(7, text.find('\n') - 7);
  };
  CHECK(type_of("a_total", {counted(3, 1)}) == "a counter");
  CHECK(type_of("a_total", {counted(3, 0)}) == "a counter");
  CHECK(type_of("a_total", {counted(3, 2), counted(6, -1)}) == "a_total unknown");
  CHECK(type_of("a_total", {counted(3, 1)}, "a") == "a_total unknown");
  CHECK(type_of("a_total", {counted(3, 1)}, "a_created") == "a_total unknown");
  CHECK(type_of("a_totals", {counted(3, 1)}) == "a_totals unknown");
  CHECK(type_of("_total", {counted(3, 1)}) == "_total unknown");
}

TEST_CASE("two counters do not claim one name") {
  const std::string text = text_of({"c=a_total", "d=a_created_total"},
                                   {with(series_of(0, "c", MetricType::counter), {counted(3, 1)}),
                                    with(series_of(1, "d", MetricType::counter), {counted(3, 1)})});
  CHECK(text.find("# TYPE a counter\n") != std::string::npos);
  CHECK(text.find("# TYPE a_created_total unknown\n") != std::string::npos);
}

TEST_CASE("a unit is told where the name ends in it") {
  const auto text = [](const std::string& target) {
    return text_of({"g=" + target},
                   {with(series_of(0, "g", MetricType::gauge, {}, Contains::data), {last(3, 1)})});
  };
  CHECK(text("size_bytes").find("# UNIT size_bytes bytes\n") != std::string::npos);
  CHECK(text("size").find("# UNIT") == std::string::npos);
  CHECK(text("bytes").find("# UNIT") == std::string::npos);
  CHECK(text("size_kilobytes").find("# UNIT") == std::string::npos);
}

TEST_CASE("what is not finite has no sample, and a family without samples no head") {
  const double beyond = std::numeric_limits<double>::max();
  const std::string text = text_of(
      {"c"}, {with(series_of(0, "c", MetricType::counter), {counted(3, beyond), counted(6, beyond)})});
  CHECK(text.find("k6_c 1.7976931348623157e+308 6\n# EOF\n") != std::string::npos);
  series::Window overflow = counted(3, beyond);
  overflow.sum.add(series::ExactSum(beyond));
  CHECK(text_of({"c"}, {with(series_of(0, "c", MetricType::counter), {overflow})}) == "# EOF\n");
  CHECK(text_of({"c"}, {}) == "# EOF\n");
}

TEST_CASE("the text comes in pieces, and ends when no more is wanted") {
  auto one = series_of(0, "c", MetricType::counter);
  for (int i = 0; i < 20000; ++i) one.windows.push_back(counted(3 * i, 1));
  const apm::Destination destination = destination_of({"c"});
  const providers::PrometheusExport exported(providers::map_series(destination, {one}, {}), 3);
  std::size_t pieces = 0;
  std::size_t longest = 0;
  exported.write_open_metrics([&](std::string_view piece) {
    ++pieces;
    longest = std::max(longest, piece.size());
    return true;
  });
  CHECK(pieces > 4);
  CHECK(longest < 66000);
  pieces = 0;
  exported.write_open_metrics([&](std::string_view) { return ++pieces < 2; });
  CHECK(pieces == 2);
}

TEST_CASE("other providers have no such text") {
  const auto* datadog = providers::find_provider(apm::ProviderKind::datadog);
  const auto exported = datadog->open(destination_of({"c"}), {}, {});
  CHECK_FALSE(exported->write_open_metrics([](std::string_view) { return true; }));
}

}  // namespace k6apm::test
