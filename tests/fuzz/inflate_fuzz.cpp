// Any bytes can be opened as an input: what comes out does not depend on how much is asked for at once, never
// more than was asked for comes at once, and what is damaged is said once at the end.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "k6/byte_source.hpp"
#include "unit/k6/memory_file.hpp"

namespace {

using k6apm::k6::ByteSource;

/// A few bytes may inflate to gigabytes; that is the person's own file, but no input for a fuzzer.
constexpr std::size_t k_most_bytes = 1024 * 1024;

struct Inflated {
  std::string text{};
  std::string damage{};
  bool whole = false;
};

Inflated inflate(const std::string& path, std::size_t at_once) {
  ByteSource source(path);
  Inflated result;
  std::vector<char> buffer(at_once);
  while (result.text.size() < k_most_bytes) {
    const std::size_t count = source.read(buffer.data(), buffer.size());
    if (count > buffer.size()) std::abort();
    if (count == 0) {
      result.whole = true;
      if (source.read(buffer.data(), buffer.size()) != 0) std::abort();  // the end stays the end
      break;
    }
    result.text.append(buffer.data(), count);
  }
  result.damage = source.damage();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const k6apm::k6::test::MemoryFile file({reinterpret_cast<const char*>(data), size});
  const Inflated coarse = inflate(file.path(), 64 * 1024);
  const Inflated fine = inflate(file.path(), 61);
  if (!coarse.whole || !fine.whole) return 0;
  // Of damaged data more or less may come out before the damage is met; of whole data always the same.
  if (coarse.damage.empty() != fine.damage.empty()) std::abort();
  if (coarse.damage.empty() && coarse.text != fine.text) std::abort();
  return 0;
}
