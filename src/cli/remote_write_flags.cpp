#include "cli/remote_write_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {

std::vector<Flag> remote_write_flags() {
  return {
      {"--remote-write",
       "VERSION",
       ValueKind::text,
       "Delivery",
       "the version of remote write to send",
       "2 is remote write 2.0, 1 is 1.0. auto asks the receiver first, with a 2.0 request that holds "
       "nothing, "
       "and sends 2.0 only where the answer counts what was written, as 2.0 demands. Files of -o are 1.0 "
       "always.",
       "auto",
       {"1", "2", "auto"},
       false,
       [](Job& job, const std::string& v) {
         if (v != "1" && v != "2" && v != "auto") refuse_value(v, "1, 2 and auto are");
         job.remote_write = v == "1"   ? RemoteWrite::version_1
                            : v == "2" ? RemoteWrite::version_2
                                       : RemoteWrite::automatic;
       },
       true},
  };
}

}  // namespace k6apm::cli
