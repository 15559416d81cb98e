// The fast path reads any lines as the general parser does, also after a line that made it remember
// something.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "unit/k6/agreement.hpp"

namespace {

using namespace k6apm::k6::test;

constexpr std::string_view k_primer =
    R"({"metric":"http_reqs","type":"Point","data":{"time":"2026-11-20T07:27:26.5Z","value":1,"tags":{"name":"x"}}})"
    "\n"
    R"({"metric":"m","type":"Point","data":{"time":"2026-11-20T07:27:27Z","value":2,"tags":{"a":"b"},"metadata":{"vu":"1"}}})"
    "\n";

void check(const std::string& text) {
  static const std::vector<std::vector<k6apm::series::Rule>> all_rules = {
      {rule_for_everything()}, {rule_for_everything({"a", "name", "vu"})}};
  for (const auto& rules : all_rules) {
    const Reading fast = read_fast(text, rules);
    const Reading general = read_general(text, rules);
    if (fast == general) continue;
    std::cerr << "fast:    " << fast.counts << "\ngeneral: " << general.counts << '\n';
    for (const std::string& line : fast.series) std::cerr << "fast:    " << line << '\n';
    for (const std::string& line : general.series) std::cerr << "general: " << line << '\n';
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  check(std::string(k_primer) + text);
  check(text + "\n" + text);  // what the first made it remember must not change the second
  if (size % 4 != 0) return 0;
  static const std::string k_new_tags = lines_of_new_tags();  // takes long: not for every text
  check(k_new_tags + text + "\n" + text);
  return 0;
}
