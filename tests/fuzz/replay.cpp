// Runs a fuzz target over its corpus where there is no libFuzzer: every file, every prefix of it and every
// file without its first bytes.
//
//     corpus_NAME DIRECTORY...
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// More cuts of one file than these take long and find nothing.
constexpr std::size_t k_cuts = 200;

/// In a buffer of its own size, so that a sanitizer sees every byte that is read beyond it.
void run(const std::string& text, std::size_t from, std::size_t size) {
  const std::vector<std::uint8_t> bytes(text.begin() + static_cast<std::ptrdiff_t>(from),
                                        text.begin() + static_cast<std::ptrdiff_t>(from + size));
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  run(text, 0, text.size());
  const std::size_t step = std::max<std::size_t>(1, text.size() / k_cuts);
  for (std::size_t cut = 0; cut < text.size(); cut += step) {
    run(text, 0, cut);
    run(text, cut, text.size() - cut);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      ++files;
    }
  }
  std::cout << files << " files\n";
  return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
