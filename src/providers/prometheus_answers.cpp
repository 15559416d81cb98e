// Texts of receivers: Prometheus 2.42 to 3.14 (storage/errors, tsdb/head_append.go,
// storage/remote/write_handler.go), Mimir's err-mimir-* messages, Thanos. What surprises: the same sample too
// old is 400 `out of bounds`, 400 `out of order sample`, 400 or 500 `too old sample`, or 409, by receiver and
// version.
#include "providers/prometheus_answers.hpp"

#include <algorithm>

namespace k6apm::providers {
namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

}  // namespace

std::string prometheus_advice(long status, std::string_view words, bool resent) {
  const std::string text = lower_case(words);
  const auto says = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  const bool old = says("too old") || says("too-old") || says("out of bounds");
  const bool late =
      old || says("out of order") || says("out-of-order") || says("duplicate sample") || status == 409;
  if (status == 401 || status == 403) return "check the login of this destination in the apm block";
  if (status == 404 || status == 405) {
    return "check the path of the URL: Prometheus takes /api/v1/write, and needs the flag "
           "--web.enable-remote-write-receiver";
  }
  if (status >= 300 && status < 400) return "redirects are not followed: give the final URL in the apm block";
  if (status == 413)
    return "raise the limit for request bodies at the receiver or at the proxy before it to 1 MiB";
  if (says("native histograms are disabled")) {
    return "start Prometheus with --enable-feature=native-histograms, or leave out --native-histograms";
  }
  if (says("too far in the future")) {
    return "the run lies in the receiver's future: compare the clocks of the load generator and the "
           "receiver, or move the run with --end-at now";
  }
  if (late && resent)
    return "the receiver has probably stored these points at an earlier attempt of the request";
  if (says("duplicate sample")) {
    return "the receiver holds other values at these times: tell this run apart with --tag or "
           "includeTestRunId";
  }
  if (old) {
    return "the receiver holds newer samples: move the run with --end-at now, send it to an empty receiver, "
           "set out_of_order_time_window at the receiver (Prometheus: storage.tsdb), or make blocks of the "
           "run "
           "with --openmetrics and promtool";
  }
  if (late) {
    return "the receiver holds newer samples: send to an empty one, set out_of_order_time_window at the "
           "receiver (Prometheus: storage.tsdb), or make blocks of the run with --openmetrics and promtool";
  }
  return {};
}

}  // namespace k6apm::providers
