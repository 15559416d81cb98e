// Bodies taken apart again. They are our own, so that nothing can be wrong with them: what is no such body is
// a bug, or a file that somebody gave to --decode.
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "providers/datadog_body.hpp"
#include "providers/payload.hpp"
#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// Bytes of a body that --decode takes, uncompressed: far more than the intake does.
constexpr std::size_t k_max_decoded_bytes = std::size_t{64} * 1024 * 1024;

std::string gunzipped(std::string_view bytes) {
  z_stream stream{};
  constexpr int k_any_header = 15 + 32;  // zlib's number for gzip or zlib
  if (inflateInit2(&stream, k_any_header) != Z_OK) throw std::bad_alloc();
  std::string out;
  std::string buffer(std::size_t{64} * 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  int state = Z_OK;
  while (state == Z_OK && out.size() <= k_max_decoded_bytes) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, 0, buffer.size() - stream.avail_out);
  }
  const bool whole = state == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > k_max_decoded_bytes) throw std::runtime_error("more than 64 MiB uncompressed");
  if (!whole) throw std::runtime_error("no whole gzip file");
  return out;
}

bool is_gzip(std::string_view body) { return body.starts_with("\x1f\x8b"); }

/// Parses a body, no deeper than one can be.
OrderedJson parsed(std::string_view body) {
  constexpr int k_deepest = 8;
  const auto not_too_deep = [](int depth, OrderedJson::parse_event_t, OrderedJson&) {
    if (depth > k_deepest) throw std::runtime_error("no series of the Datadog API: nested too deeply");
    return true;
  };
  const std::string text = is_gzip(body) ? gunzipped(body) : std::string(body);
  OrderedJson json = OrderedJson::parse(text, not_too_deep, false);
  if (json.is_discarded()) throw std::runtime_error("no JSON");
  return json;
}

std::vector<std::string> tags_of(const OrderedJson& series) {
  std::vector<std::string> tags = series.value("tags", std::vector<std::string>{});
  for (const OrderedJson& resource : series.value("resources", OrderedJson::array())) {
    const auto type = resource.at("type").get<std::string>();
    const std::string prefix = type == "device" ? "" : "dd.internal.resource:";
    tags.push_back(prefix + type + ':' + resource.at("name").get<std::string>());
  }
  std::sort(tags.begin(), tags.end());
  return tags;
}

Payload payload_of(const OrderedJson& series, std::uint64_t slice) {
  std::vector<EncodedSeries> encoded;
  for (const OrderedJson& one : series) {
    const OrderedJson& points = one.at("points");
    encoded.push_back({one.dump(), points.size(), points.front().at("timestamp").get<std::int64_t>(),
                       points.back().at("timestamp").get<std::int64_t>(), slice});
  }
  return datadog_payload(encoded);
}

/// The elements of a JSON list in two, the first `n` and the rest.
std::pair<OrderedJson, OrderedJson> divided(const OrderedJson& list, std::size_t n) {
  const auto middle = list.begin() + static_cast<std::ptrdiff_t>(n);
  return {OrderedJson(OrderedJson::array_t(list.begin(), middle)),
          OrderedJson(OrderedJson::array_t(middle, list.end()))};
}

/// A list of the one series with these points; an empty list where there are none.
OrderedJson with_points(const OrderedJson& series, OrderedJson points) {
  OrderedJson list = OrderedJson::array();
  if (points.empty()) return list;
  list.push_back(series);
  list.front()["points"] = std::move(points);
  return list;
}

/// An integer of somebody's file; get() alone would cast any number.
std::int64_t integer_of(const OrderedJson& json) {
  if (!json.is_number_integer()) throw std::runtime_error("no series of the Datadog API: no integer");
  return json.get<std::int64_t>();
}

/// As the number of a type in a body; 0 where there is none.
std::int64_t type_of(const OrderedJson& series) {
  constexpr std::int64_t k_last = 3;
  const std::int64_t type = series.contains("type") ? integer_of(series.at("type")) : 0;
  if (type < 0 || type > k_last) throw std::runtime_error("no series of the Datadog API: unknown type");
  return type;
}

void print_series(const OrderedJson& series, std::string& last_comment, std::ostream& out) {
  constexpr const char* k_types[] = {"unspecified", "count", "rate", "gauge"};
  const std::string name = text::printable(series.at("metric").get<std::string>());
  std::string comment = fmt::format("# {} {}", name, k_types[type_of(series)]);
  if (series.contains("interval"))
    comment += fmt::format(" interval {} s", integer_of(series.at("interval")));
  if (series.contains("unit"))
    comment += fmt::format(" unit {}", text::printable(series.at("unit").get<std::string>()));
  if (comment != last_comment) out << comment << '\n';
  last_comment = comment;
  const std::string heading =
      name + '{' + text::printable(fmt::format("{}", fmt::join(tags_of(series), ","))) + '}';
  for (const OrderedJson& point : series.at("points")) {
    out << fmt::format("{} {} {}\n", heading, point.at("value").get<double>(),
                       integer_of(point.at("timestamp")));
  }
}

SentSeries contents_of(const OrderedJson& series) {
  SentSeries sent;
  sent.metric = series.at("metric").get<std::string>();
  if (const std::int64_t type = type_of(series); type != 0) sent.type = static_cast<DatadogType>(type);
  if (series.contains("interval")) sent.interval_s = static_cast<int>(integer_of(series.at("interval")));
  sent.unit = series.value("unit", std::string());
  sent.tags = tags_of(series);
  for (const OrderedJson& point : series.at("points"))
    sent.points.push_back({integer_of(point.at("timestamp")), point.at("value").get<double>()});
  return sent;
}

}  // namespace

std::optional<std::pair<Payload, Payload>> datadog_halves(const Payload& payload, bool by_points) {
  const OrderedJson all = parsed(payload.body).at("series");
  if (all.size() > 1) {
    const auto [left, right] = divided(all, all.size() / 2);
    return std::pair{payload_of(left, payload.slice), payload_of(right, payload.slice)};
  }
  const OrderedJson& series = all.at(0);
  const OrderedJson& points = series.at("points");
  if (!by_points || points.size() < 2) return std::nullopt;
  auto [left, right] = divided(points, points.size() / 2);
  return std::pair{payload_of(with_points(series, std::move(left)), payload.slice),
                   payload_of(with_points(series, std::move(right)), payload.slice)};
}

std::pair<Payload, Payload> datadog_cut(const Payload& payload, std::int64_t time_ms) {
  OrderedJson before = OrderedJson::array();
  OrderedJson rest = OrderedJson::array();
  const OrderedJson all = parsed(payload.body).at("series");
  for (const OrderedJson& series : all) {
    const OrderedJson& points = series.at("points");
    const auto first = std::find_if(points.begin(), points.end(), [time_ms](const OrderedJson& point) {
      return point.at("timestamp").get<std::int64_t>() * k_ms_per_s >= time_ms;
    });
    auto [left, right] = divided(points, static_cast<std::size_t>(first - points.begin()));
    for (OrderedJson& one : with_points(series, std::move(left))) before.push_back(std::move(one));
    for (OrderedJson& one : with_points(series, std::move(right))) rest.push_back(std::move(one));
  }
  return {payload_of(before, payload.slice), payload_of(rest, payload.slice)};
}

std::string datadog_first_series(const Payload& payload) {
  const SentSeries first = datadog_contents(payload.body).at(0);
  return fmt::format("{}{{{}}}", first.metric, fmt::join(first.tags, ","));
}

std::vector<SentSeries> datadog_contents(std::string_view body) {
  std::vector<SentSeries> contents;
  const OrderedJson json = parsed(body);
  try {
    for (const OrderedJson& series : json.at("series")) contents.push_back(contents_of(series));
  } catch (const OrderedJson::exception&) {
    throw std::runtime_error("no series of the Datadog API");
  }
  return contents;
}

/// Not any `{`: a snappy block of 123 bytes begins with it, too.
bool looks_like_datadog(std::string_view body) {
  constexpr std::string_view k_begin = "{\"series\"";
  std::string begin;
  for (const char c : body.substr(0, 100)) {
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') begin += c;
  }
  return is_gzip(body) || begin.starts_with(k_begin);
}

void print_datadog(std::string_view body, std::ostream& out) {
  const OrderedJson json = parsed(body);
  std::string comment;
  try {
    for (const OrderedJson& series : json.at("series")) print_series(series, comment, out);
  } catch (const OrderedJson::exception&) {
    throw std::runtime_error("no series of the Datadog API");
  }
}

}  // namespace k6apm::providers
