#include "providers/remote_write_contents.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <stdexcept>

#include "series_builder.hpp"

namespace k6apm::test {

using providers::Sample;
using providers::SeriesContents;
using series::MetricType;

TEST_CASE("both forms have the same contents") {
  for (const bool newer : {false, true}) {
    CAPTURE(newer);
    auto c = series_of(0, "c", MetricType::counter, {{"A", "b"}, {"t", "b"}});
    c.windows = {counted(3000, 2)};
    auto vus = series_of(1, "vus", MetricType::gauge);
    vus.windows = {last(3000, 0.5)};
    const auto exported = prometheus().open(destination_of({"c", "vus"}), {c, vus}, {});
    if (newer) exported->use_newer_form();
    const auto payloads = payloads_of(*exported);
    REQUIRE(payloads.size() == 1);
    const std::vector<SeriesContents> contents = providers::remote_write_contents(payloads.front().body);
    REQUIRE(contents.size() == 2);
    std::string labels;
    providers::append_label(labels, "A", "b");
    CHECK(contents[0].name_at == labels.size());
    providers::append_label(labels, "t", "b");
    CHECK(contents[0].name == "k6_c");
    CHECK(contents[0].labels == labels);
    CHECK_FALSE(contents[0].histograms);
    const auto is_equal = [](const Sample& a, const Sample& b) {
      return a.bits == b.bits && a.time_ms == b.time_ms;
    };
    const std::vector<Sample> expected{{0, 3000000},
                                       {std::bit_cast<std::uint64_t>(2.0), 3003000},
                                       {providers::k_stale_marker_bits, 3003001}};
    CHECK(std::equal(contents[0].samples.begin(), contents[0].samples.end(), expected.begin(), expected.end(),
                     is_equal));
    CHECK(contents[1].name == "k6_vus");
    CHECK(contents[1].labels.empty());
    CHECK(contents[1].samples.size() == 2);
  }
}

TEST_CASE("native histograms are told from samples") {
  auto trend = series_of(0, "t", MetricType::trend);
  trend.windows = {spread(3000, 1, 5, 5, 5)};
  trend.buckets.resize(1);
  providers::ExportSettings settings;
  settings.native_histograms = true;
  const auto exported = prometheus().open(destination_of({"t"}), {trend}, settings);
  const auto contents = providers::remote_write_contents(payloads_of(*exported).front().body);
  REQUIRE(contents.size() == 1);
  CHECK(contents[0].histograms);
  CHECK(contents[0].samples.empty());
}

TEST_CASE("what is no body has no contents") {
  for (const std::string& body :
       {std::string("text"), std::string(), providers::compressed("\xff\xff"),
        providers::compressed(std::string("\x22\x00\x2a\x03\x0a\x01\x00", 7)),  // a label without a value
        providers::compressed(std::string("\x22\x00\x2a\x04\x0a\x02\x00\x01", 8))}) {  // a ref beyond
    CAPTURE(body);
    CHECK_THROWS_AS(providers::remote_write_contents(body), std::runtime_error);
  }
}

}  // namespace k6apm::test
