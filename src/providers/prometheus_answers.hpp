// What Prometheus and receivers of its kind mean when they refuse.
#pragma once

#include <string>
#include <string_view>

namespace k6apm::providers {

/// What a person can do about a refusal that is known; else empty. `words` is what the receiver said,
/// `resent`: it was not the first attempt of the same request.
std::string prometheus_advice(long status, std::string_view words, bool resent);

}  // namespace k6apm::providers
