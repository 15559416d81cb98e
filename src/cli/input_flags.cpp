#include "cli/input_flags.hpp"

#include <stdexcept>

#include "cli/flag_values.hpp"
#include "k6/metric_types.hpp"

namespace k6apm::cli {
namespace {

constexpr auto* k_input = "Input";

/// The later of equal names wins, as for --tag and -e.
void add_metric_type(Job& job, const std::string& text) {
  const std::size_t equals = text.find('=');  // no name of k6 holds one
  if (equals == 0 || equals == std::string::npos)
    throw std::invalid_argument("NAME=TYPE is needed, such as render_time=trend");
  const std::string name = text.substr(0, equals);
  if (name.find('{') != std::string::npos) refuse_value(name, "the name of a metric is, without a selector");
  const auto type = k6::parse_metric_type(text.substr(equals + 1));
  if (!type) refuse_value(text.substr(equals + 1), "counter, gauge, rate and trend are");
  job.metric_types.insert_or_assign(name, *type);
}

series::MergeGauges merge_gauges(const std::string& text) {
  if (text == "sum") return series::MergeGauges::sum;
  if (text == "last") return series::MergeGauges::last;
  if (text == "max") return series::MergeGauges::max;
  refuse_value(text, "sum, last and max are");
}

}  // namespace

std::vector<Flag> input_flags() {
  return {
      {"--metric-type",
       "NAME=TYPE",
       ValueKind::text,
       k_input,
       "type of a custom metric in CSV (repeatable)",
       "TYPE is counter, gauge, rate or trend. CSV does not carry types. Those of k6's own metrics are "
       "known; "
       "those of others come from here, else from the thresholds in the options where they tell: p(95)<500 "
       "is "
       "of a trend, rate<0.1 of a rate. Else the metric is left out and said.",
       "",
       {},
       false,
       add_metric_type,
       true},
      {"--merge-gauges",
       "HOW",
       ValueKind::text,
       k_input,
       "what a gauge of several result files is",
       "sum adds up the latest value of each file, from the first to the last point that the file has of it; "
       "max takes the largest of these; last takes the value with the latest time of all.",
       "sum for vus and vus_max, last otherwise",
       {"sum", "last", "max"},
       false,
       [](Job& job, const std::string& v) { job.merge_gauges = merge_gauges(v); },
       true},
      {"--allow-duplicates",
       "",
       ValueKind::none,
       k_input,
       "take the same content more than once",
       "Else it is an error when two RESULTs have the same content, however they are named or compressed.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.allow_duplicates = true; },
       true},
      {"--threads",
       "N",
       ValueKind::text,
       k_input,
       "parser threads",
       "The output does not depend on it.",
       "the processors there are",
       {},
       false,
       [](Job& job, const std::string& v) { job.threads = whole_number(v, 1, 256); },
       true},
  };
}

}  // namespace k6apm::cli
