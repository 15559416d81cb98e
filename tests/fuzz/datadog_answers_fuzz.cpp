// Any bytes are an answer; the verdict follows the status, and words are never made of nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "providers/datadog_answers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace k6apm::providers;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const long status : {202L, 301L, 400L, 403L, 404L, 413L, 418L, 429L, 503L}) {
    const Judgement series = judge_datadog(status, body);
    if (series.verdict != judge_datadog(status, {}).verdict) std::abort();
    if (body.empty() && !series.words.empty()) std::abort();
    const Judgement call = judge_call(status, body);
    if (call.verdict != judge_call(status, {}).verdict || call.words != series.words) std::abort();
    const Verdict key = judge_validate(status, body).verdict;
    if (key != Verdict::delivered && key != Verdict::stop) std::abort();
    datadog_advice(status, series.words, false);
  }
  return 0;
}
