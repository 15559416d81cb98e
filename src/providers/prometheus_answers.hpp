// What Prometheus and receivers of its kind mean when they refuse.
#pragma once

#include <string>
#include <string_view>

namespace k6apm::providers {

/// What a person can do about a refusal that is known; else empty. `words` is what the receiver said,
/// `resent`: an earlier attempt of the same request stayed without an answer.
std::string prometheus_advice(long status, std::string_view words, bool resent);

}  // namespace k6apm::providers
