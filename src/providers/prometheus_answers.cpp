// Texts of receivers: Prometheus 2.42 to 3.14 (storage/errors, tsdb/head_append.go,
// storage/remote/write_handler.go), Mimir (pkg/util/globalerror, err-mimir-*), Thanos (pkg/receive),
// VictoriaMetrics (lib/protoparser/promremotewrite), InfluxDB 1.x (services/httpd). What surprises: the same
// sample too old is 400 `out of bounds`, 400 `out of order sample`, 400 or 500 `too old sample`, or 409, by
// receiver and version.
#include "providers/prometheus_answers.hpp"

#include <algorithm>

namespace k6apm::providers {
namespace {

/// A hint for answers with these words, in lower case.
struct Known {
  std::string_view part;
  const char* hint;
};

constexpr auto* k_older =
    "the receiver holds newer samples: move the run with --end-at now, send it to an empty receiver, or set "
    "out_of_order_time_window at the receiver (Prometheus: storage.tsdb); --openmetrics FILE makes a file "
    "for promtool tsdb create-blocks-from openmetrics";
constexpr auto* k_before_its_last =
    "the receiver holds newer samples of these series: send to an empty one, tell this run apart with --tag "
    "or includeTestRunId, or set out_of_order_time_window at the receiver (Prometheus: storage.tsdb)";
constexpr auto* k_other_values =
    "the receiver holds other values at these times: tell this run apart with --tag or includeTestRunId";
constexpr auto* k_future =
    "the run lies in the receiver's future: compare the clocks of the load generator and the receiver, or "
    "move the run with --end-at now";
constexpr auto* k_labels_meet =
    "two labels have one name, perhaps of a label that something on the way adds: drop the tag with keepTags";
constexpr auto* k_https = "this port talks https: write https:// in the URL";
constexpr auto* k_fewer_series = "keep fewer tags (keepTags), or raise the limit of series at the receiver";
constexpr auto* k_shorter_labels =
    "drop the tag that is too long with keepTags, or raise the receiver's limit";

/// What was refused for the time of a sample: an earlier attempt may have stored it.
constexpr Known k_late[] = {
    {"too far in the future", k_future},
    {"too-far-in-future", k_future},
    {"duplicate sample", k_other_values},
    {"duplicate-timestamp", k_other_values},
    {"too old sample",
     "these samples are older than the receiver's out_of_order_time_window: widen it, move the run with "
     "--end-at now, or load it with --openmetrics FILE and promtool tsdb create-blocks-from openmetrics"},
    {"too-far-in-past", k_older},
    {"too-old", k_older},
    {"out of bounds", k_older},
    {"out of order sample", k_before_its_last},
    {"sample-out-of-order", k_before_its_last},
};

constexpr Known k_other[] = {
    {"http request to an https server", k_https},
    {"http request was sent to https port", k_https},
    {"is not unique", k_labels_meet},
    {"duplicate-label-names", k_labels_meet},
    {"native histograms are disabled",
     "start Prometheus with --enable-feature=native-histograms, or leave out --native-histograms"},
    {"maxinsertrequestsize", "raise -maxInsertRequestSize at VictoriaMetrics"},
    {"cannot decompress", "something on the way changes the body of requests: send past the proxy"},
    {"snappy:", "something on the way changes the body of requests: send past the proxy"},
    {"database is required", "InfluxDB wants the name of a database: add ?db=NAME to the URL"},
    {"database not found", "create this database in InfluxDB, or correct db= in the URL"},
    {"invalid tag key", "InfluxDB reserves this name of a tag: drop it with keepTags"},
    {"max-series", k_fewer_series},
    {"series limit", k_fewer_series},
    {"max-label-names", "keep fewer tags (keepTags), or raise the limit of labels at the receiver"},
    {"label-name-too-long", k_shorter_labels},
    {"label-value-too-long", k_shorter_labels},
    {"max-ingestion-rate", "send more slowly (--connections 1), or raise the rate at the receiver"},
    {"max-request-rate", "send more slowly (--connections 1), or raise the rate at the receiver"},
    {"no org id",
     "the receiver wants a tenant (X-Scope-OrgID): send through a proxy that adds the header, or, to Grafana "
     "Cloud, with a username"},
};

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

/// The first that is known; null where none is.
template <std::size_t N>
const Known* find(const Known (&known)[N], const std::string& text) {
  const auto* const found = std::find_if(std::begin(known), std::end(known), [&text](const Known& one) {
    return text.find(one.part) != std::string::npos;
  });
  return found == std::end(known) ? nullptr : found;
}

/// Where the words say nothing.
std::string advice_for(long status) {
  if (status == 401 || status == 403) return "check the login of this destination in the apm block";
  if (status == 404 || status == 405) {
    return "check the path of the URL: Prometheus takes /api/v1/write, and needs the flag "
           "--web.enable-remote-write-receiver";
  }
  if (status >= 300 && status < 400) return "redirects are not followed: give the final URL in the apm block";
  if (status == 409) return k_before_its_last;
  if (status == 413)
    return "raise the limit for request bodies at the receiver or at the proxy before it to 1 MiB";
  return {};
}

}  // namespace

std::string prometheus_advice(long status, std::string_view words, bool resent) {
  const std::string text = lower_case(words);
  const Known* const late = find(k_late, text);
  if (resent && (late != nullptr || status == 409) && (late == nullptr || late->hint != k_future))
    return "the receiver has probably stored these points at an earlier attempt of the request";
  if (late != nullptr) return late->hint;
  if (const Known* const other = find(k_other, text)) return other->hint;
  return advice_for(status);
}

}  // namespace k6apm::providers
