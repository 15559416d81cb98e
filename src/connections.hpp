// How receivers are reached, as the command line has it.
#pragma once

#include "apm/destination.hpp"
#include "cli/job.hpp"

namespace k6apm {

/// Puts --header, --cacert, --cert, --key and --insecure into the destinations, over what the environment
/// says there. Throws Error(usage) where a file of a destination in use cannot be read or is not what it is
/// named for, a login cannot be sent, or there is no libcurl to send with. Says where certificates are not
/// verified, where a login can be read on the way, and where a header goes nowhere.
void set_connections(const cli::Job& job, apm::ApmBlock& block);

}  // namespace k6apm
