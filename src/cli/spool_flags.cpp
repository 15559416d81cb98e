#include "cli/spool_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {

std::vector<Flag> spool_flags() {
  return {
      {"--spool",
       "DIR",
       ValueKind::directory,
       "Delivery",
       "keep each request in DIR until it is acknowledged",
       "All requests are written to DIR before the first is sent. The same command again, after a crash, a "
       "full disk or "
       "a receiver that was away, sends what is not acknowledged, without reading the results; without "
       "RESULT k6apm "
       "--spool DIR does so, with the logins from -s, --apm or the environment: DIR holds none. DIR is made "
       "where it is "
       "missing, is for one run, and only its owner can read it.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "the name of a directory is");
         job.spool = v;
       }},
  };
}

}  // namespace k6apm::cli
