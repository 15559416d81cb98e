#include <doctest/doctest.h>
#include <snappy.h>

#include <map>

#include "providers/prometheus_export.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using providers::PrometheusExport;
using series::MetricType;

series::Series counter(const std::string& tag, std::int64_t start_s, int windows) {
  auto one = series_of(0, "c", MetricType::counter, {{"t", tag}});
  for (int i = 0; i < windows; ++i) one.windows.push_back(counted(start_s + 3 * i, 1));
  return one;
}

PrometheusExport export_of(std::vector<series::Series> all, providers::RequestLimits limits = {}) {
  const apm::Destination destination = destination_of({"c"});
  return PrometheusExport(providers::map_series(destination, std::move(all), {}), 3, limits);
}

std::size_t size_of(const providers::Payload& payload) {
  std::size_t size = 0;
  snappy::GetUncompressedLength(payload.body.data(), payload.body.size(), &size);
  return size;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a run is cut into slices of 50 windows, aligned on its first window") {
  auto exported = export_of({counter("a", 3000, 120), counter("b", 3000 + 3 * 60, 10)});
  const auto payloads = payloads_of(exported);
  REQUIRE(payloads.size() == 3);
  CHECK(payloads[0].slice == 0);
  CHECK(payloads[0].series == 1);
  CHECK(payloads[0].points == 51);
  CHECK(payloads[0].first_ms == 3000000);
  CHECK(payloads[0].last_ms == 3150000);
  CHECK(payloads[1].slice == 1);
  CHECK(payloads[1].series == 2);
  CHECK(payloads[1].points == 50 + 11);
  CHECK(payloads[2].points == 20);
  CHECK(count(text_of(payloads[0]), "StaleNaN") == 0);
  CHECK(text_of(payloads[1]).find("k6_c{t=\"b\"} StaleNaN 3210001\n") != std::string::npos);
  CHECK(text_of(payloads[2]).find("k6_c{t=\"a\"} 120 3360000\nk6_c{t=\"a\"} StaleNaN 3360001\n") !=
        std::string::npos);
  CHECK(payloads[0].points + payloads[1].points + payloads[2].points == exported.points());
}

TEST_CASE("a gap of years costs no empty requests") {
  auto one = counter("a", 0, 1);
  one.windows.push_back(counted(1500000000, 1));
  auto exported = export_of({one});
  const auto payloads = payloads_of(exported);
  REQUIRE(payloads.size() == 2);
  CHECK(payloads[1].slice == 10000000);
  CHECK(payloads[1].points == 1);
}

TEST_CASE("metadata goes with the first samples of its name") {
  auto exported = export_of({counter("a", 0, 120)});
  const auto payloads = payloads_of(exported);
  CHECK(count(text_of(payloads[0]), "# TYPE k6_c counter") == 1);
  CHECK(count(text_of(payloads[1]), "# TYPE") == 0);
}

TEST_CASE("requests stay within the limits and lose nothing") {
  std::vector<series::Series> all;
  for (int i = 0; i < 40; ++i) all.push_back(counter(std::to_string(1000 + i), 0, 60));
  auto whole = export_of(all);
  const std::string expected = text_of(whole);

  SUBCASE("bytes") {
    auto exported = export_of(all, {4000, 10000});
    std::string text;
    std::uint64_t points = 0;
    std::uint64_t slice = 0;
    const auto payloads = payloads_of(exported);
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      const providers::Payload& payload = payloads[i];
      const bool last_of_slice = i + 1 == payloads.size() || payloads[i + 1].slice != payload.slice;
      CHECK(size_of(payload) <= 4000);
      CHECK((size_of(payload) > 2000 || last_of_slice));
      CHECK(payload.slice >= slice);
      slice = payload.slice;
      points += payload.points;
      const std::string one = text_of(payload);
      text += one.substr(one.find("k6_c{"));
    }
    CHECK(text == expected);
    CHECK(points == exported.points());
  }
  SUBCASE("series") {
    auto exported = export_of(all, {1000000, 7});
    const auto payloads = payloads_of(exported);
    REQUIRE(payloads.size() == 12);
    CHECK(payloads[0].series == 7);
    CHECK(payloads[5].series == 5);
    CHECK(payloads[5].slice == 0);
    CHECK(payloads[6].slice == 1);
  }
  SUBCASE("a series that is too large travels alone") {
    auto exported = export_of(all, {10, 10000});
    CHECK(payloads_of(exported).size() == 80);
  }
}

TEST_CASE("requests tell which series are in them, and begin with the same ones in each slice") {
  std::vector<series::Series> all;
  for (int i = 0; i < 40; ++i) all.push_back(counter(std::to_string(1000 + i), 0, 200));
  for (int i = 17; i < 40; ++i)
    all[static_cast<std::size_t>(i)].windows.resize(190);  // the last slice is smaller
  auto exported = export_of(all, {10000, 10000});
  std::map<std::uint64_t, std::vector<std::pair<std::uint64_t, std::uint64_t>>> of_slice;
  for (const providers::Payload& payload : payloads_of(exported)) {
    CHECK(payload.places.last - payload.places.first + 1 == payload.series);
    of_slice[payload.slice].emplace_back(payload.places.first, payload.places.last);
  }
  REQUIRE(of_slice.size() == 4);
  REQUIRE(of_slice[0].size() > 3);
  CHECK(of_slice[0].front().first == 0);
  CHECK(of_slice[0].back().second == 39);
  CHECK(of_slice[1] == of_slice[0]);
  CHECK(of_slice[2] == of_slice[0]);
  CHECK(of_slice[3] == of_slice[0]);
}

TEST_CASE("a small request does not end where one of the slice before did") {
  std::vector<series::Series> all;
  for (int i = 0; i < 40; ++i) all.push_back(counter(std::to_string(1000 + i), 0, 51));
  auto exported = export_of(all, {10000, 10000});
  std::map<std::uint64_t, std::size_t> of_slice;
  for (const providers::Payload& payload : payloads_of(exported)) ++of_slice[payload.slice];
  CHECK(of_slice[0] > 3);
  CHECK(of_slice[1] == 1);
}

TEST_CASE("the same series in another order give the same bytes") {
  std::vector<series::Series> all{counter("a", 0, 60), counter("b", 30, 60), counter("c", 0, 3)};
  auto forward = export_of(all);
  auto backward = export_of({all[2], all[1], all[0]});
  const auto one = payloads_of(forward);
  const auto two = payloads_of(backward);
  REQUIRE(one.size() == two.size());
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i].body == two[i].body);
}

}  // namespace k6apm::test
