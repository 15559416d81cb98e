#include "providers/write_request_2.hpp"

#include <doctest/doctest.h>
#include <snappy.h>

#include <bit>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>

#include "providers/prometheus_export.hpp"
#include "providers/remote_write_2.pb.h"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

namespace pb = ::k6apm::remote_write_2;
using providers::SeriesBlock;
using providers::WriteRequest2;
using series::MetricType;

constexpr std::size_t k_no_limit = std::size_t{1} << 30;

std::string uncompressed(const std::string& body) {
  std::string request;
  REQUIRE(snappy::Uncompress(body.data(), body.size(), &request));
  return request;
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string print(std::string_view body) {
  std::ostringstream out;
  providers::print_remote_write(body, out);
  return out.str();
}

SeriesBlock block_of(const std::vector<std::pair<std::string, std::string>>& labels,
                     const providers::Metadata& metadata, std::vector<providers::Sample> samples) {
  SeriesBlock block;
  for (const auto& [name, value] : labels) providers::append_label(block.labels, name, value);
  block.metadata = &metadata;
  block.samples = std::move(samples);
  return block;
}

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

/// Both versions of the same run.
std::vector<providers::Payload> exported(const std::vector<series::Series>& all, bool newer,
                                         providers::RequestLimits limits = {}) {
  providers::PrometheusExport one(providers::map_series(destination_of({"c", "g"}), all, {}), 3, limits);
  if (newer) one.use_newer_form();
  return payloads_of(one);
}

std::vector<series::Series> some_run() {
  std::vector<series::Series> all;
  for (const char* tag : {"a", "b"}) {
    auto counter = series_of(0, "c", MetricType::counter, {{"t", tag}});
    auto gauge = series_of(1, "g", MetricType::gauge, {{"t", tag}});
    for (int i = 0; i < 120; ++i) {
      counter.windows.push_back(counted(3000 + 3 * i, 1));
      gauge.windows.push_back(last(3000 + 3 * i, i));
    }
    all.push_back(std::move(counter));
    all.push_back(std::move(gauge));
  }
  return all;
}

}  // namespace

TEST_CASE("a small request of 2.0, byte for byte") {
  auto requests = series_of(0, "r", MetricType::counter, {{"a", "b"}}, series::Contains::data);
  requests.windows = {counted(1600000000, 1)};
  const auto exported = prometheus().open(destination_of({"r=r"}), {requests}, {});
  exported->use_newer_form();
  providers::Payload payload;
  REQUIRE(exported->next(payload));
  CHECK(payload.series == 1);
  CHECK(payload.points == 2);
  CHECK(payload.samples == 3);
  // From the protobuf encoding rules; times as in the request of 1.0.
  CHECK(hex(uncompressed(payload.body)) ==
        "2200"                                                        // symbols: 0, empty
        "22085f5f6e616d655f5f"                                        // 1 __name__
        "220172"                                                      // 2 r
        "220161"                                                      // 3 a
        "220162"                                                      // 4 b
        "221b6b3620636f756e74657220722c2072756e6e696e6720746f74616c"  // 5 the help
        "22056279746573"                                              // 6 bytes
        "2a49"                                                        // a series of 73 bytes
        "0a0401020304"                                                // __name__="r", a="b"
        "120e"
        "108080babbc82e"  // 0, left out, at the window's start
        "188080babbc82e"  // since then
        "1217"
        "09000000000000f03f"
        "10b897babbc82e"  // 1
        "188080babbc82e"
        "1210"
        "09020000000000f07f"
        "10b997babbc82e"    // stale marker
        "2a06080118052006"  // counter, help 5, unit 6
  );
  CHECK_FALSE(exported->next(payload));
}

TEST_CASE("hand-made bytes are those of the generated classes") {
  pb::Request request;
  request.add_symbols("");
  request.add_symbols("__name__");
  request.add_symbols("m");
  const std::string long_value(300, 'x');
  request.add_symbols(long_value);
  request.add_symbols("what it is");
  const providers::Metadata metadata{.name = "m", .counter = true, .help = "what it is"};
  WriteRequest2 ours;
  for (const std::int64_t start_ms : {std::int64_t{5}, std::int64_t{-7}, std::int64_t{0}}) {
    SeriesBlock block = block_of({{"__name__", "m"}, {long_value, "m"}}, metadata, {});
    block.start_ms = start_ms;
    pb::TimeSeries& series = *request.add_timeseries();
    for (const std::uint32_t ref : {1U, 2U, 3U, 2U}) series.add_labels_refs(ref);
    for (const double value : {0.0, -0.0, 1.5, -1e300, std::numeric_limits<double>::infinity()}) {
      for (const std::int64_t time_ms : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 62}) {
        pb::Sample& sample = *series.add_samples();
        sample.set_value(value);
        sample.set_timestamp(time_ms);
        sample.set_start_timestamp(start_ms == 0 ? -1 : start_ms);
        block.samples.push_back({bits(value), time_ms});
      }
    }
    series.mutable_metadata()->set_type(pb::Metadata::COUNTER);
    series.mutable_metadata()->set_help_ref(4);
    REQUIRE(ours.add(block, k_no_limit));
  }
  CHECK(hex(ours.take()) == hex(request.SerializeAsString()));
}

TEST_CASE("both versions hold the same series, points and times") {
  const auto older = exported(some_run(), false);
  const auto newer = exported(some_run(), true);
  REQUIRE(older.size() == 3);
  REQUIRE(newer.size() == older.size());
  for (std::size_t i = 0; i < older.size(); ++i) {
    CHECK(newer[i].series == older[i].series);
    CHECK(newer[i].points == older[i].points);
    CHECK(newer[i].samples == older[i].samples);
    CHECK(newer[i].first_ms == older[i].first_ms);
    CHECK(newer[i].last_ms == older[i].last_ms);
    CHECK(newer[i].slice == older[i].slice);
    CHECK(newer[i].body != older[i].body);
  }
  CHECK(newer[0].samples == newer[0].points);
  CHECK(newer[2].samples == newer[2].points + 4);
}

TEST_CASE("metadata stands with every series, the start with every value of a running total") {
  for (const providers::Payload& payload : exported(some_run(), true)) {
    pb::Request request;
    REQUIRE(request.ParseFromString(uncompressed(payload.body)));
    CHECK(request.symbols(0).empty());
    for (const pb::TimeSeries& series : request.timeseries()) {
      const bool counter = request.symbols(static_cast<int>(series.labels_refs(1))) == "k6_c";
      CHECK(series.metadata().type() == (counter ? pb::Metadata::COUNTER : pb::Metadata::GAUGE));
      CHECK_FALSE(request.symbols(static_cast<int>(series.metadata().help_ref())).empty());
      for (const pb::Sample& sample : series.samples()) {
        const bool stale = bits(sample.value()) == providers::k_stale_marker_bits;
        CHECK(sample.start_timestamp() == (counter && !stale ? 3000000 : 0));
      }
    }
  }
}

TEST_CASE("requests of 2.0 stay within the limits, lose nothing and hold no symbol of another request") {
  std::vector<series::Series> all;
  for (int i = 0; i < 40; ++i) {
    auto one = series_of(0, "c", MetricType::counter, {{"t", std::to_string(1000 + i)}});
    for (int w = 0; w < 60; ++w) one.windows.push_back(counted(3 * w, 1));
    all.push_back(std::move(one));
  }
  std::uint64_t points = 0;
  std::map<std::string, int> values;
  const auto payloads = exported(all, true, {4000, 10000});
  CHECK(payloads.size() > 20);
  for (const providers::Payload& payload : payloads) {
    const std::string bytes = uncompressed(payload.body);
    CHECK(bytes.size() <= 4000);
    pb::Request request;
    REQUIRE(request.ParseFromString(bytes));
    // "", __name__, k6_c, t, the help, and a value for each series.
    CHECK(request.symbols_size() == 5 + request.timeseries_size());
    for (const std::string& symbol : request.symbols()) {
      if (symbol.starts_with("10")) ++values[symbol];
    }
    points += payload.points;
  }
  CHECK(values.size() == 40);
  for (const auto& [value, times] : values) CHECK(times == 2);  // two slices
  CHECK(points == 40 * 61);
  CHECK(exported(all, true, {10, 10000}).size() == 80);
  CHECK(exported(all, true, {1000000, 7}).size() == 12);
}

TEST_CASE("symbols that are cut off come back with the next series") {
  providers::Symbols symbols;
  CHECK(symbols.ref_of("") == 0);
  CHECK(symbols.ref_of("a") == 1);
  const std::string before = symbols.encoded();
  CHECK(symbols.ref_of("b") == 2);
  CHECK(symbols.ref_of("a") == 1);
  symbols.cut(2);
  CHECK(symbols.encoded() == before);
  CHECK(symbols.ref_of("c") == 2);
  CHECK(symbols.ref_of("b") == 3);
}

TEST_CASE("bodies of 2.0 are printed like those of 1.0, with their starts") {
  std::string older;
  std::string newer;
  for (const auto& payload : exported(some_run(), false)) older += print(payload.body);
  std::string heads;
  for (const auto& payload : exported(some_run(), true)) {
    std::istringstream lines(print(payload.body));
    for (std::string line; std::getline(lines, line);) {
      (line.starts_with("#") ? heads : newer) += line + "\n";
    }
  }
  CHECK(older.substr(0, older.find("k6_c{")) ==
        "# HELP k6_c k6 counter c, running total\n# TYPE k6_c counter\n"
        "# HELP k6_g k6 gauge g, last value of the window\n# TYPE k6_g gauge\n");
  CHECK(heads.substr(0, heads.find("# START")) == older.substr(0, older.find("k6_c{")));
  CHECK(heads.find("# START k6_c{t=\"a\"} 3000000\n# START k6_c{t=\"b\"} 3000000\n") != std::string::npos);
  CHECK(newer == older.substr(older.find("k6_c{")));
}

TEST_CASE("bodies of 2.0 that are wrong are refused") {
  const auto body = [](auto&& fill) {
    pb::Request request;
    request.add_symbols("");
    request.add_symbols("__name__");
    fill(*request.add_timeseries());
    return providers::compressed(request.SerializeAsString());
  };
  CHECK_THROWS_WITH(print(body([](pb::TimeSeries& series) { series.add_labels_refs(1); })),
                    "not a remote write 2.0 request: a label without a value");
  CHECK_THROWS_WITH(print(body([](pb::TimeSeries& series) {
                      series.add_labels_refs(1);
                      series.add_labels_refs(2);
                    })),
                    "not a remote write 2.0 request: a ref beyond the symbols");
  CHECK_THROWS_WITH(
      print(body([](pb::TimeSeries& series) { series.mutable_metadata()->set_help_ref(1U << 31U); })),
      "not a remote write 2.0 request: a ref beyond the symbols");
  CHECK(print(providers::compressed(WriteRequest2().take())).empty());
}

}  // namespace k6apm::test
