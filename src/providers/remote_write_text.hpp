// Parts of request bodies as text.
#pragma once

#include <string>

namespace k6apm::remote_write {
class Histogram;
}

namespace k6apm::providers {

/// `{count:3, sum:0.25, (0.0771105,0.0840896]:2, (0.0840896,0.0917004]:1}`: each bucket that is not empty as
/// an interval, bounds to six digits; `StaleNaN` for the end of a series.
std::string text_of(const remote_write::Histogram& histogram);

}  // namespace k6apm::providers
