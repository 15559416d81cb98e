// Any bytes are a request body of a provider, or a std::runtime_error that says what is wrong; the text that
// comes out has no control characters but newlines. Its points can be drawn.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <snappy.h>

#include "providers/cloud_division.hpp"
#include "providers/cloud_text.hpp"
#include "providers/provider.hpp"

namespace {

template <class Decode>
void check(const Decode& decode, std::string_view body) {
  std::ostringstream out;
  try {
    decode(body, out);
  } catch (const std::runtime_error& wrong) {
    if (std::string_view(wrong.what()).empty()) std::abort();
    return;
  }
  for (const char c : out.str()) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7F) std::abort();
  }
}

/// Its points have a value for each line, whoever's they are.
void check_contents(const k6apm::providers::Provider& provider, std::string_view body) {
  try {
    for (const auto& series : provider.contents(body).series) {
      if (series.values.size() != series.times_ms.size() * series.lines.size()) std::abort();
    }
  } catch (const std::runtime_error& wrong) {
    if (std::string_view(wrong.what()).empty()) std::abort();
  }
}

/// Halves of a request to k6 cloud are such requests.
void divide(std::string_view body) {
  k6apm::providers::Payload payload;
  payload.body = body;
  const auto halves = k6apm::providers::cloud_halves(payload, true);
  if (!halves) return;
  if (!k6apm::providers::looks_like_cloud(halves->first.body)) std::abort();
  if (!k6apm::providers::looks_like_cloud(halves->second.body)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  // Compressed here too, so that the fuzzer need not learn snappy's checks to come to the message.
  std::string compressed;
  snappy::Compress(body.data(), body.size(), &compressed);
  for (const auto& provider : k6apm::providers::providers()) {
    check(provider.decode, body);
    check(provider.decode, compressed);
    check_contents(provider, body);
    check_contents(provider, compressed);
  }
  check(k6apm::providers::print_cloud, compressed);
  divide(compressed);
  return 0;
}
