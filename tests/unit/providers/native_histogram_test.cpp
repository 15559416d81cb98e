#include "providers/native_histogram.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <limits>

#include "providers/remote_write.pb.h"
#include "providers/remote_write_text.hpp"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

namespace pb = ::k6apm::remote_write;
using providers::BucketSpan;
using providers::SpannedBuckets;
using series::BucketCount;

pb::Histogram parsed(const std::string& bytes) {
  pb::Histogram message;
  REQUIRE(message.ParseFromString(bytes));
  return message;
}

/// A Trend with a window for each list of values, which ascend.
series::Series trend_of(const std::vector<std::vector<double>>& windows, series::Contains contains,
                        double divisor) {
  auto one = series_of(0, "d", series::MetricType::trend, {{"a", "b"}}, contains);
  for (const std::vector<double>& values : windows) {
    series::Window window = spread(static_cast<std::int64_t>(3 * one.windows.size()), values.size(), 0, 0, 0);
    for (const double value : values) window.sum.add(value);
    one.windows.push_back(window);
    one.buckets.push_back(series::buckets_of(values, divisor));
  }
  return one;
}

}  // namespace

TEST_CASE("spans and deltas") {
  struct Row {
    std::vector<BucketCount> counts;
    std::vector<BucketSpan> spans;
    std::vector<std::int64_t> deltas;
  };
  const std::vector<Row> table = {
      {{}, {}, {}},
      {{{0, 5}}, {{0, 1}}, {5}},
      {{{-7, 5}}, {{-7, 1}}, {5}},
      {{{1000, 5}}, {{1000, 1}}, {5}},
      {{{3, 1}, {4, 4}, {5, 2}}, {{3, 3}}, {1, 3, -2}},
      {{{-1, 1}, {1, 4}}, {{-1, 3}}, {1, -1, 4}},      // one empty bucket between
      {{{-1, 1}, {2, 4}}, {{-1, 4}}, {1, -1, 0, 4}},   // two
      {{{-1, 1}, {3, 4}}, {{-1, 1}, {3, 1}}, {1, 3}},  // three
      {{{2, 9}, {9, 1}, {10, 1}}, {{2, 1}, {6, 2}}, {9, -8, 0}},
  };
  for (const Row& row : table) {
    const SpannedBuckets found = providers::spanned(row.counts);
    CHECK(found.spans == row.spans);
    CHECK(found.deltas == row.deltas);
  }
}

TEST_CASE("a histogram as a message") {
  const series::Buckets buckets{{{0, 2}, {5, 1}}, {{-3, 4}}, 6};
  const pb::Histogram message = parsed(encoded(providers::native_histogram(buckets, 0.1), -5));
  CHECK(message.count_int() == 13);
  CHECK(message.sum() == 0.1);
  CHECK(message.schema() == 3);
  CHECK(message.zero_threshold() == 2.938735877055719e-39);  // as k6 writes it
  CHECK(message.zero_count_int() == 6);
  CHECK(message.positive_spans_size() == 2);
  CHECK(message.positive_spans(1).offset() == 4);
  CHECK(message.positive_spans(1).length() == 1);
  CHECK(message.positive_deltas(1) == -1);
  CHECK(message.negative_spans(0).offset() == -3);
  CHECK(message.negative_deltas(0) == 4);
  CHECK(message.reset_hint() == pb::Histogram::RESET_UNKNOWN);
  CHECK(message.timestamp() == -5);
}

TEST_CASE("an empty histogram has whole counts, too") {
  const pb::Histogram message = parsed(encoded(providers::native_histogram({}, 0), 1));
  CHECK(message.count_case() == pb::Histogram::kCountInt);
  CHECK(message.zero_count_case() == pb::Histogram::kZeroCountInt);
}

TEST_CASE("the stale marker is the sum, bit for bit") {
  const pb::Histogram message = parsed(encoded(providers::stale_histogram(), 7));
  CHECK(std::bit_cast<std::uint64_t>(message.sum()) == 0x7ff0000000000002);
  CHECK(message.count_int() == 0);
  CHECK(message.timestamp() == 7);
  CHECK(providers::text_of(message) == "StaleNaN");
}

TEST_CASE("a trend is one series of histograms since the start, in seconds with the names of k6") {
  const auto values = std::vector<std::vector<double>>{{0, 500, 1000}, {1000}};
  providers::ExportSettings settings;
  settings.native_histograms = true;
  const auto plain =
      prometheus().open(destination_of({"d"}), {trend_of(values, series::Contains::time, 1)}, settings);
  CHECK(plain->series() == 1);
  CHECK(plain->points() == 3);
  CHECK(plain->metrics().at(0).max == 1000);
  CHECK(text_of(*plain, true) ==
        "# HELP k6_d k6 trend d, histogram of all values\n"
        "# TYPE k6_d histogram\n"
        "# UNIT k6_d milliseconds\n"
        "k6_d{a=\"b\"} {count:0, sum:0} 0\n"
        "k6_d{a=\"b\"} {count:3, sum:1500, [-2.93874e-39,2.93874e-39]:1, (469.506,512]:1, (939.012,1024]:1} "
        "3000\n"
        "k6_d{a=\"b\"} {count:4, sum:2500, [-2.93874e-39,2.93874e-39]:1, (469.506,512]:1, (939.012,1024]:2} "
        "6000\n"
        "k6_d{a=\"b\"} StaleNaN 6001\n");
  settings.k6_names = true;
  const auto seconds =
      prometheus().open(destination_of({"d"}), {trend_of(values, series::Contains::time, 1000)}, settings);
  CHECK(seconds->metrics().at(0).target == "k6_d");
  CHECK(seconds->metrics().at(0).max == 1);
  CHECK(text_of(*seconds, true) ==
        "# HELP k6_d_seconds k6 trend d, histogram of all values\n"
        "# TYPE k6_d_seconds histogram\n"
        "# UNIT k6_d_seconds seconds\n"
        "k6_d_seconds{a=\"b\"} {count:0, sum:0} 0\n"
        "k6_d_seconds{a=\"b\"} {count:3, sum:1.5, [-2.93874e-39,2.93874e-39]:1, (0.458502,0.5]:1, "
        "(0.917004,1]:1} 3000\n"
        "k6_d_seconds{a=\"b\"} {count:4, sum:2.5, [-2.93874e-39,2.93874e-39]:1, (0.458502,0.5]:1, "
        "(0.917004,1]:2} 6000\n"
        "k6_d_seconds{a=\"b\"} StaleNaN 6001\n");
}

TEST_CASE(
    "a histogram whose sum is beyond the largest double is left out, and its values stay in later ones") {
  constexpr double k_largest = std::numeric_limits<double>::max();
  providers::ExportSettings settings;
  settings.native_histograms = true;
  const auto values = std::vector<std::vector<double>>{{1}, {k_largest, k_largest}, {-k_largest}};
  const auto exported =
      prometheus().open(destination_of({"d"}), {trend_of(values, series::Contains::plain, 1)}, settings);
  CHECK(exported->points() == 3);
  CHECK(notices_of(*exported) == "warning: \"k6_d\": 1 value left out, beyond the range of a number\n");
  const std::string text = text_of(*exported);
  CHECK(text.find("} 6000\n") == std::string::npos);
  CHECK(text.find("{count:4,") != std::string::npos);
}

TEST_CASE("histograms go on in later slices") {
  std::vector<std::vector<double>> values(120, {4.0});
  providers::ExportSettings settings;
  settings.native_histograms = true;
  const auto exported =
      prometheus().open(destination_of({"d"}), {trend_of(values, series::Contains::plain, 1)}, settings);
  const auto payloads = payloads_of(*exported);
  REQUIRE(payloads.size() == 3);
  CHECK(payloads[0].points == 51);
  CHECK(payloads[1].points == 50);
  CHECK(payloads[2].points == 20);
  CHECK(text_of(payloads[1]).find("{count:51, sum:204, (3.66802,4]:51} 153000\n") != std::string::npos);
  CHECK(text_of(payloads[2]).find("{count:120, sum:480, (3.66802,4]:120} 360000\n") != std::string::npos);
}

TEST_CASE("histograms of other tools are printed, senseless ones too") {
  pb::Histogram message;
  message.set_count_float(2.5);
  message.set_zero_count_float(0.5);
  message.set_zero_threshold(0.25);
  pb::BucketSpan& span = *message.add_positive_spans();
  span.set_length(2);
  message.add_positive_counts(1.5);
  message.add_positive_counts(0.5);
  pb::BucketSpan& endless = *message.add_negative_spans();
  endless.set_length(4000000000);
  message.add_negative_deltas(1);
  message.add_negative_deltas(-1);
  message.add_negative_deltas(std::numeric_limits<std::int64_t>::min());
  CHECK(providers::text_of(message) ==
        "{count:2.5, sum:0, [-4,-2):-9223372036854775808, [-1,-0.5):1, [-0.25,0.25]:0.5, (0.5,1]:1.5, "
        "(1,2]:0.5}");
}

}  // namespace k6apm::test
