// CSV in blocks of any size is read as a plain walk reads it, row by row, whatever stands in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "unit/k6/csv_agreement.hpp"

namespace {

using namespace k6apm::k6::test;

constexpr std::string_view k_begin =
    "metric_name,timestamp,metric_value,name,status,extra_tags,metadata\n"
    "m,1795159998,1.000000,x,200,a=b,vu=1\n";

void show(const char* who, const Reading& reading) {
  std::cerr << who << ' ' << reading.counts << '\n';
  for (const std::string& line : reading.series) std::cerr << who << ' ' << line << '\n';
}

void check(const std::string& text, std::size_t block_bytes) {
  static const std::vector<std::vector<k6apm::series::Rule>> all_rules = {
      {rule_for_everything()}, {rule_for_everything({"a", "name", "vu"})}, {rule_for_some({"a"})}};
  for (const auto& rules : all_rules) {
    const auto expected = CsvWalk(text, rules).read();
    if (!expected) return;  // JSON stands first
    const Reading read = read_csv_blocks(text, rules, block_bytes);
    if (read == *expected) continue;
    show("blocks:", read);
    show("walk:  ", *expected);
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t block_bytes = data[0] % 3 == 0 ? 1 : data[0] % 3 == 1 ? data[0] + 1U : 65536;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  check(std::string(k_begin) + text, block_bytes);
  if (text.starts_with('m')) check(text, block_bytes);  // the magic of gzip or zstd may not stand first
  return 0;
}
