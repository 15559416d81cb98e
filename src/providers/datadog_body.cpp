// Specification: POST /api/v2/series of the Datadog API (datadog-api-client-go, v2 openapi.yaml,
// MetricPayload). What surprises: times are in seconds; a tag `device:` is refused by the intake, which wants
// a resource of that type as the Agent sends it; a host would be a resource too, and is billed, so none is
// sent.
#include "providers/datadog_body.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "providers/payload.hpp"

namespace k6apm::providers {
namespace {

/// How the integration is called in Datadog (integrations-extras, k6/manifest.json, source_type_name).
constexpr std::string_view k_source_type_name = "k6";

/// zlib's number for "with a gzip header", with its largest window.
constexpr int k_gzip_window_bits = 15 + 16;

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// A tag that has to be sent as a resource.
struct Resource {
  std::string_view type{};
  std::string_view name{};
};

constexpr std::string_view k_internal = "dd.internal.resource:";

/// As the Agent does it (pkg/metrics, Serie.PopulateDeviceField and PopulateResources).
std::optional<Resource> resource_of(std::string_view tag) {
  constexpr std::string_view k_device = "device:";
  if (tag.starts_with(k_device)) return Resource{"device", tag.substr(k_device.size())};
  if (!tag.starts_with(k_internal)) return std::nullopt;
  tag.remove_prefix(k_internal.size());
  const std::size_t colon = tag.find(':');  // it is there: sent_tag()
  return Resource{tag.substr(0, colon), tag.substr(std::min(colon, tag.size() - 1) + 1)};
}

void append_tags(std::string& json, const std::vector<std::string>& tags) {
  std::string resources;
  json += R"(,"tags":[)";
  const char* comma = "";
  for (const std::string& tag : tags) {
    if (const auto resource = resource_of(tag)) {
      resources += fmt::format(R"({}{{"type":{},"name":{}}})", resources.empty() ? "" : ",",
                               json_text(resource->type), json_text(resource->name));
      continue;
    }
    json += comma + json_text(tag);
    comma = ",";
  }
  json += ']';
  if (!resources.empty()) json += fmt::format(R"(,"resources":[{}])", resources);
}

}  // namespace

std::string sent_tag(std::string tag) {
  if (tag.starts_with(k_internal) && tag.find(':', k_internal.size()) == std::string::npos)
    tag.insert(k_internal.size(), "resource:");
  return tag;
}

EncodedSeries encode_datadog(const DatadogName& name, const std::vector<std::string>& tags, int interval_s,
                             std::span<const DatadogPoint> points) {
  EncodedSeries encoded;
  std::string& json = encoded.json;
  json = fmt::format(R"({{"metric":{},"type":{})", json_text(name.name), static_cast<int>(name.type));
  if (name.type != DatadogType::gauge) json += fmt::format(R"(,"interval":{})", interval_s);
  const std::string& unit = name.description.unit.unit;
  if (!unit.empty()) json += fmt::format(R"(,"unit":{})", json_text(unit));
  json += fmt::format(R"(,"source_type_name":"{}")", k_source_type_name);
  append_tags(json, tags);
  json += R"(,"points":[)";
  const char* comma = "";
  for (const DatadogPoint& point : points) {
    json += fmt::format(R"({}{{"timestamp":{},"value":{}}})", comma, point.time_s, point.value);
    comma = ",";
  }
  json += "]}";
  encoded.points = points.size();
  encoded.first_s = points.front().time_s;
  encoded.last_s = points.back().time_s;
  return encoded;
}

std::string datadog_request(std::span<const EncodedSeries> series) {
  std::string json = R"({"series":[)";
  const char* comma = "";
  for (const EncodedSeries& one : series) {
    json += comma;
    json += one.json;
    comma = ",";
  }
  json += "]}";
  return json;
}

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  constexpr int k_memory_level = 8;  // zlib's default
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, k_gzip_window_bits, k_memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

Payload datadog_payload(std::span<const EncodedSeries> series) {
  Payload payload;
  if (series.empty()) return payload;
  payload.body = gzipped(datadog_request(series));
  payload.series = series.size();
  payload.slice = series.front().slice;
  for (const EncodedSeries& one : series) {
    const std::int64_t first_ms = one.first_s * k_ms_per_s;
    const std::int64_t last_ms = one.last_s * k_ms_per_s;
    payload.first_ms = payload.points == 0 ? first_ms : std::min(payload.first_ms, first_ms);
    payload.last_ms = payload.points == 0 ? last_ms : std::max(payload.last_ms, last_ms);
    payload.points += one.points;
  }
  return payload;
}

}  // namespace k6apm::providers
