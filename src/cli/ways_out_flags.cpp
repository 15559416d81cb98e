#include "cli/ways_out_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {
std::vector<Flag> ways_out_flags() {
  return {
      {"-n,--dry-run",
       "",
       ValueKind::none,
       k_delivery,
       "do everything but send: print what would be sent",
       "A table per destination: each exported metric with its type, series, points and range, then the "
       "totals, the number and "
       "size of the requests and the tags that create the most series. Nothing is opened on the network.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.dry_run = true; }},
      {"-o,--output",
       "DIR",
       ValueKind::directory,
       k_delivery,
       "write each request to DIR instead of sending it",
       "DIR/NN-PROVIDER/NNNNNN.body is the exact body of a request, NNNNNN.json beside it says where it "
       "would go, with secrets "
       "masked.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "the name of a directory is");
         job.output = v;
       }},
      {"--openmetrics",
       "FILE",
       ValueKind::file,
       k_delivery,
       "write OpenMetrics text for promtool instead",
       "The series of the one Prometheus destination, with their times, for promtool tsdb create-blocks-from "
       "openmetrics: so a run that is too old to be sent gets into a Prometheus. - is standard output. The "
       "file appears whole or not at all, and is never overwritten without -f.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "the name of a file is, or -");
         job.openmetrics = v;
       }},
      {"--preview",
       "FILE",
       ValueKind::file,
       k_delivery,
       "write a page that shows what would be sent",
       "One HTML file with a chart of every series that would be sent, the account of the points and what "
       "was "
       "left out, which needs no network. Nothing is opened on the network, as with -n, which may be given "
       "too. - is standard output. The file appears whole or not at all, and is never overwritten without "
       "-f.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "the name of a file is, or -");
         job.preview = v;
       }},
      {"-f,--force",
       "",
       ValueKind::none,
       k_delivery,
       "overwrite the files of an earlier run",
       "Those of -o, --openmetrics, --preview and --partial.",
       "",
       {},
       false,
       [](Job& job, const std::string&) { job.force = true; }},
  };
}

}  // namespace k6apm::cli
