#include "preview/page.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace k6apm::test {
namespace {

using Json = nlohmann::json;
using preview::Collection;
using preview::Shown;
using providers::BodySeries;

/// `points` points, every 3 s but for a longer distance before the last.
BodySeries series_of(const std::string& name, const std::string& tags, std::size_t points) {
  BodySeries series;
  series.name = name;
  series.tags = tags;
  series.lines = {"value"};
  for (std::size_t i = 0; i < points; ++i) {
    series.times_ms.push_back(1000 + static_cast<std::int64_t>(i) * 3000);
    series.values.push_back(static_cast<double>(i) / 3);
  }
  series.times_ms.back() += 500;
  return series;
}

std::string page_of(const cli::Report& report, const std::vector<Shown>& shown) {
  std::string page;
  CHECK(preview::write_page(report, shown, [&page](std::string_view piece) {
    page += piece;
    return true;
  }));
  return page;
}

/// The JSON in a page.
Json data_of(const std::string& page) {
  const std::string opening = R"(id="data">)";
  const std::size_t begin = page.find(opening) + opening.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

}  // namespace

TEST_CASE("the page holds every point, with its times as distances") {
  Collection collection;
  collection.add({{{"a", "gauge", "bytes", 0}}, {series_of("a", "{x=\"</script>\"}", 5)}});
  collection.finish();
  cli::Report report;
  cli::DestinationReport& destination = report.destinations.emplace_back();
  destination.status = cli::DeliveryStatus::dry_run;
  destination.provider = "prometheus";
  const std::vector<Shown> shown = {{&destination, &collection}};
  CHECK(preview::choose_charts(shown, 5) == 0);
  const Json data = data_of(page_of(report, shown));
  const Json& name = data["destinations"][0]["names"][0];
  CHECK(name["name"] == "a");
  CHECK(name["unit"] == "bytes");
  const Json& series = name["list"][0];
  CHECK(series["tags"] == "{x=\"</script>\"}");
  CHECK(series["t"] == Json{1000, 3000, 3, 3500, 1});
  CHECK(series["v"] == Json{{0.0, 1.0 / 3, 2.0 / 3, 1.0, 4.0 / 3}});
  CHECK(series["from"] == 1000);
  CHECK(series["to"] == 13500);
  CHECK(series["points"] == 5);
  CHECK_FALSE(series.contains("kept"));
  CHECK_FALSE(series.contains("stale"));
}

TEST_CASE("a long series is reduced, and the page says to how many points") {
  Collection collection;
  collection.add({{}, {series_of("a", "", 10'000)}});
  collection.finish();
  cli::Report report;
  cli::DestinationReport& destination = report.destinations.emplace_back();
  const std::vector<Shown> shown = {{&destination, &collection}};
  CHECK(preview::choose_charts(shown, preview::k_most_values) == 0);
  const Json data = data_of(page_of(report, shown));
  const Json& series = data["destinations"][0]["names"][0]["list"][0];
  CHECK(series["points"] == 10'000);
  CHECK(series["kept"] == 2000);
  CHECK(series["v"][0].size() == 2000);
}

TEST_CASE("where room is short the first series of every name come before the second of any") {
  Collection one;
  one.add({{}, {series_of("a", "{1}", 10), series_of("a", "{2}", 10), series_of("b", "{1}", 10)}});
  Collection other;
  other.add({{}, {series_of("c", "{1}", 10), series_of("c", "{2}", 1)}});
  one.finish();
  other.finish();
  const cli::DestinationReport report;
  const std::vector<Shown> shown = {{&report, &one}, {&report, nullptr}, {&report, &other}};
  CHECK(preview::choose_charts(shown, 1000) == 0);
  CHECK(preview::choose_charts(shown, 35) == 2);
  CHECK(one.names()[0].series[0].has_chart);
  CHECK_FALSE(one.names()[0].series[1].has_chart);
  CHECK(one.names()[1].series[0].has_chart);
  CHECK(other.names()[0].series[0].has_chart);
  CHECK_FALSE(other.names()[0].series[1].has_chart);
  const Json data = data_of(page_of({}, shown));
  CHECK(data["destinations"].size() == 3);
  const Json& without = data["destinations"][0]["names"][0]["list"][1];
  CHECK_FALSE(without.contains("t"));
  CHECK(without["max"] == 3);
  CHECK(without["points"] == 10);
}

TEST_CASE("a reader that goes away ends it") {
  const cli::Report report;
  CHECK_FALSE(preview::write_page(report, {}, [](std::string_view) { return false; }));
}

}  // namespace k6apm::test
