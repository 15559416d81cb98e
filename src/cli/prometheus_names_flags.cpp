#include "cli/prometheus_names_flags.hpp"

#include <string>

#include "cli/flag_values.hpp"

namespace k6apm::cli {
namespace {

void set_names(Job& job, const std::string& value) {
  if (value != "apm" && value != "k6") refuse_value(value, "apm and k6 are");
  job.k6_names = value == "k6";
}

}  // namespace

std::vector<Flag> prometheus_names_flags() {
  return {
      {"--names",
       "STYLE",
       ValueKind::text,
       k_names,
       "names of the Prometheus series: apm or k6",
       "k6 names and measures as k6's own Prometheus output does, so that its published dashboards show the "
       "run: a Counter is NAME_total, a Rate NAME_rate, and Trends of times are in seconds. NAME is the "
       "targetMetric, too, where an entry has one. Every series has the label testid, the test run id.",
       "apm",
       {"apm", "k6"},
       false,
       set_names},
      {"--native-histograms",
       "",
       ValueKind::none,
       k_names,
       "Trends as Prometheus native histograms",
       "One series of histograms instead of one for each statistic: NAME, or with --names k6 NAME_seconds "
       "for times and NAME_bytes for data. Eight buckets to an octave, counted since the run's start. "
       "Prometheus before 3.9 takes them only with --enable-feature=native-histograms, and VictoriaMetrics "
       "drops them in silence.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.native_histograms = true; },
       true},
  };
}

}  // namespace k6apm::cli
