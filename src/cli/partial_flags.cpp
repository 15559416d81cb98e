#include "cli/partial_flags.hpp"

#include "cli/flag_values.hpp"

namespace k6apm::cli {

std::vector<Flag> partial_flags() {
  return {
      {"--partial",
       "FILE",
       ValueKind::file,
       "Delivery",
       "write a partial result, to be joined later",
       "The merged windows of the RESULTs, with everything that joining them with others needs, instead of a "
       "delivery. FILE is a RESULT from then on, alone, beside others or for the next --partial, and gives "
       "what its "
       "inputs would give, byte for byte. The block and the flags that select points and tags have to be the "
       "same "
       "when it is joined. No login is in it. - is standard output. The file appears whole or not at all, "
       "and is "
       "never overwritten without -f.",
       "",
       {},
       false,
       [](Job& job, const std::string& v) {
         if (v.empty()) refuse_value(v, "the name of a file is, or -");
         job.partial = v;
       }},
  };
}

}  // namespace k6apm::cli
