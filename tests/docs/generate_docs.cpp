// Writes what is generated from the table of flags into a copy of the source tree's man/ and completions/.
//
//     generate_docs SOURCE_DIR OUTPUT_DIR
//
// The text of the man page stands in man/k6apm.1 itself; only what is between the two marks is generated.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "cli/help.hpp"

namespace {

constexpr std::string_view k_begin = ".\\\" BEGIN OPTIONS (generated from the table of flags)\n";
constexpr std::string_view k_end = ".\\\" END OPTIONS\n";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string with_options(std::string page) {
  const std::size_t begin = page.find(k_begin);
  const std::size_t end = page.find(k_end);
  if (begin == std::string::npos || end == std::string::npos)
    throw std::runtime_error("man/k6apm.1 has lost its marks");
  const std::size_t after = begin + k_begin.size();
  return page.replace(after, end - after, k6apm::cli::man_options());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: generate_docs SOURCE_DIR OUTPUT_DIR\n";
    return EXIT_FAILURE;
  }
  const std::filesystem::path source = argv[1];
  const std::filesystem::path output = argv[2];
  try {
    write(output / "man/k6apm.1", with_options(read(source / "man/k6apm.1")));
    write(output / "completions/k6apm.bash", k6apm::cli::bash_completion());
    write(output / "completions/_k6apm", k6apm::cli::zsh_completion());
    write(output / "completions/k6apm.fish", k6apm::cli::fish_completion());
  } catch (const std::exception& wrong) {
    std::cerr << wrong.what() << '\n';
    return EXIT_FAILURE;
  }
}
