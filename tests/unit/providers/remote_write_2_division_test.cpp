#include "providers/remote_write_2_division.hpp"

#include <doctest/doctest.h>

#include "providers/prometheus_export.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using providers::Payload;

/// A request of `n` counters with 5 windows each.
Payload payload_of(int n, bool newer = true) {
  std::vector<series::Series> all;
  for (int i = 0; i < n; ++i) {
    auto one = series_of(0, "c", series::MetricType::counter, {{"t", "v" + std::to_string(i)}});
    for (int w = 0; w < 5; ++w) one.windows.push_back(counted(3000 + 3 * w, 1));
    all.push_back(std::move(one));
  }
  providers::PrometheusExport exported(providers::map_series(destination_of({"c"}), std::move(all), {}), 3);
  if (newer) exported.use_newer_form();
  Payload payload;
  REQUIRE(exported.next(payload));
  payload.slice = 7;
  return payload;
}

/// The lines of samples, and of starts.
std::string samples_of(const Payload& payload) {
  const std::string text = text_of(payload);
  return text.substr(text.find("# START"));
}

}  // namespace

TEST_CASE("a request in two holds the same series, each half with its own symbols") {
  const Payload whole = payload_of(3);
  const auto halves = providers::remote_write_2_halves(whole, false);
  REQUIRE(halves);
  const auto& [left, right] = *halves;
  CHECK(samples_of(left) + samples_of(right) == samples_of(whole));
  CHECK(left.body == payload_of(1).body);
  CHECK(text_of(right).find("# TYPE k6_c counter\n") != std::string::npos);
  CHECK(left.series == 1);
  CHECK(right.series == 2);
  CHECK(left.points == 6);
  CHECK(right.points == 12);
  CHECK(left.samples == 7);
  CHECK(right.samples == 14);
  for (const Payload* half : {&left, &right}) {
    CHECK(half->slice == 7);
    CHECK(half->first_ms == whole.first_ms);
    CHECK(half->last_ms == whole.last_ms);
  }
}

TEST_CASE("a series in two by its samples, the stale marker with the last") {
  const Payload whole = payload_of(1);
  CHECK_FALSE(providers::remote_write_2_halves(whole, false));
  const auto halves = providers::remote_write_2_halves(whole, true);
  REQUIRE(halves);
  const auto& [left, right] = *halves;
  CHECK(left.points == 3);
  CHECK(left.samples == 3);
  CHECK(right.points == 3);
  CHECK(right.samples == 4);
  CHECK(left.first_ms == 3000000);
  CHECK(left.last_ms == 3006000);
  CHECK(right.first_ms == 3009000);
  CHECK(right.last_ms == 3015000);
  CHECK(samples_of(left) ==
        "# START k6_c{t=\"v0\"} 3000000\nk6_c{t=\"v0\"} 0 3000000\nk6_c{t=\"v0\"} 1 3003000\n"
        "k6_c{t=\"v0\"} 2 3006000\n");
  CHECK(samples_of(right) ==
        "# START k6_c{t=\"v0\"} 3000000\nk6_c{t=\"v0\"} 3 3009000\nk6_c{t=\"v0\"} 4 3012000\n"
        "k6_c{t=\"v0\"} 5 3015000\nk6_c{t=\"v0\"} StaleNaN 3015001\n");
}

TEST_CASE("what cannot be divided is not") {
  Payload one = payload_of(1);
  for (int i = 0; i < 2; ++i) one = providers::remote_write_2_halves(one, true)->first;
  CHECK(one.points == 1);
  CHECK_FALSE(providers::remote_write_2_halves(one, true));
  CHECK_FALSE(providers::remote_write_2_halves(payload_of(3, false), true));
  CHECK(providers::remote_write_2_first_series(payload_of(3)) == "k6_c{t=\"v0\"}");
  CHECK(providers::remote_write_2_first_series(payload_of(3, false)).empty());
}

}  // namespace k6apm::test
