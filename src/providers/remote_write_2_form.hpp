// Remote write 2.0 as the newer form of the Prometheus provider's requests.
#pragma once

#include "providers/provider.hpp"

namespace k6apm::providers {

/// Receivers of 2.0 count in the headers of each answer what they have written; the counts decide what of a
/// payload was taken.
const NewerForm& remote_write_2_form();

}  // namespace k6apm::providers
