#include <doctest/doctest.h>
#include <snappy.h>

#include <bit>
#include <sstream>
#include <stdexcept>

#include "providers/remote_write.hpp"
#include "providers/remote_write.pb.h"
#include "series_builder.hpp"

namespace k6apm::test {
namespace {

namespace pb = ::k6apm::remote_write;

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

}  // namespace

TEST_CASE("a small request, byte for byte") {
  auto requests = series_of(0, "r", series::MetricType::counter, {{"a", "b"}}, series::Contains::data);
  requests.windows = {counted(1600000000, 1)};
  const auto exported = prometheus().open(destination_of({"r=r"}), {requests}, {});
  providers::Payload payload;
  REQUIRE(exported->next(payload));
  CHECK(payload.series == 1);
  CHECK(payload.points == 2);
  CHECK(payload.first_ms == 1600000000000);
  CHECK(payload.last_ms == 1600000003000);
  // Written down from the protobuf encoding rules: varints of the times are
  // 1600000000000 = 80 80 ba bb c8 2e, 1600000003000 = b8 97 ba bb c8 2e, 1600000003001 = b9 97 ba bb c8 2e.
  CHECK(hex(uncompressed(payload.body)) ==
        "0a44"  // timeseries, 68 bytes
        "0a0d"
        "0a085f5f6e616d655f5f"
        "120172"  // label __name__="r"
        "0a06"
        "0a0161"
        "120162"  // label a="b"
        "1207"
        "108080babbc82e"  // 0, left out, at the window's start
        "1210"
        "09000000000000f03f"
        "10b897babbc82e"  // 1
        "1210"
        "09020000000000f07f"
        "10b997babbc82e"  // stale marker
        "1a29"
        "0801"
        "120172"  // metadata, 41 bytes: counter r
        "221b"
        "6b3620636f756e74657220722c2072756e6e696e6720746f74616c"
        "2a05"
        "6279746573");
}

TEST_CASE("hand-made bytes are those of the generated classes") {
  pb::WriteRequest request;
  pb::TimeSeries& series = *request.add_timeseries();
  std::string ours;
  const std::string long_value(300, 'x');
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"a", "1"}, {"b", long_value}}) {
    pb::Label& label = *series.add_labels();
    label.set_name(name);
    label.set_value(value);
    providers::append_label(ours, name, value);
  }
  for (const double value : {0.0, -0.0, 1.5, -1e300}) {
    for (const std::int64_t time_ms : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 62}) {
      pb::Sample& sample = *series.add_samples();
      sample.set_value(value);
      sample.set_timestamp(time_ms);
      providers::append_sample(ours, value, time_ms);
    }
  }
  std::string body;
  providers::append_series(body, ours);
  CHECK(hex(body) == hex(request.SerializeAsString()));
}

TEST_CASE("labels are read as they were written") {
  std::string series;
  const std::string long_value(300, 'x');
  providers::append_label(series, "__name__", "m");
  providers::append_label(series, "a", long_value);
  providers::append_label(series, long_value, "");
  providers::append_sample(series, 1, 1);
  const auto labels = providers::read_labels(series);
  REQUIRE(labels.size() == 3);
  CHECK(labels[0] == std::pair<std::string_view, std::string_view>("__name__", "m"));
  CHECK(labels[1] == std::pair<std::string_view, std::string_view>("a", long_value));
  CHECK(labels[2] == std::pair<std::string_view, std::string_view>(long_value, ""));
}

TEST_CASE("the stale marker keeps its bits") {
  std::string series;
  providers::append_stale_marker(series, 1);
  pb::TimeSeries parsed;
  REQUIRE(parsed.ParseFromString(series));
  CHECK(std::bit_cast<std::uint64_t>(parsed.samples(0).value()) == 0x7ff0000000000002);
}

TEST_CASE("bodies that are none are refused") {
  CHECK_THROWS_WITH(print(""), "not a snappy block");
  CHECK_THROWS_WITH(print("garbage that is no block"), "not a snappy block");
  CHECK_THROWS_WITH(print("\xff\xff\xff\xff\x0f"), "not a snappy block, or larger than 64 MiB uncompressed");
  CHECK_THROWS_WITH(print(providers::compressed("\x0a\x7f")), "not a remote write request");
  // Field 6, which neither version has.
  CHECK_THROWS_WITH(print(providers::compressed(std::string("\x32\x01\x61", 3))),
                    "not a remote write request");
  CHECK(print(providers::compressed("")).empty());
}

TEST_CASE("numbers are printed so that they read back as the same") {
  std::string series;
  providers::append_label(series, "__name__", "m");
  for (const double value : {0.1, 1e21, -0.0, 123456789.0, 1.0 / 3})
    providers::append_sample(series, value, 5);
  providers::append_sample(series, std::bit_cast<double>(std::uint64_t{0x7ff8000000000001}), 6);
  providers::append_sample(series, -std::numeric_limits<double>::infinity(), -7);
  std::string request;
  providers::append_series(request, series);
  CHECK(print(providers::compressed(request)) ==
        "m 0.1 5\nm 1e+21 5\nm -0 5\nm 123456789 5\nm 0.3333333333333333 5\nm NaN 6\nm -Inf -7\n");
}

}  // namespace k6apm::test
