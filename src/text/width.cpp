#include "text/width.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

#include "text/utf8.hpp"

namespace k6apm::text {
namespace {

constexpr std::string_view k_ellipsis = "…";

/// A code point with its place in the text.
struct Character {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t columns = 0;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = std::max<std::size_t>(utf8_length(text, at), 1);
    utf8proc_int32_t code_point = 0;
    utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                     static_cast<utf8proc_ssize_t>(bytes), &code_point);
    all.push_back({at, at + bytes, static_cast<std::size_t>(std::max(utf8proc_charwidth(code_point), 0))});
    at += bytes;
  }
  return all;
}

std::size_t columns_of(const std::vector<Character>& characters) {
  std::size_t columns = 0;
  for (const Character& one : characters) columns += one.columns;
  return columns;
}

/// The first `before` and the last `after` columns, or a little less, with the ellipsis between.
std::string with_gap(std::string_view text, const std::vector<Character>& characters, std::size_t before,
                     std::size_t after) {
  std::size_t head = 0;
  for (const Character& one : characters) {
    if (one.columns > before) break;
    before -= one.columns;
    head = one.end;
  }
  std::size_t tail = text.size();
  for (auto one = characters.rbegin(); one != characters.rend() && one->columns <= after; ++one) {
    after -= one->columns;
    if (one->columns > 0) tail = one->begin;  // a combining character alone would join the ellipsis
  }
  return std::string(text.substr(0, head)).append(k_ellipsis).append(text.substr(tail));
}

}  // namespace

std::size_t columns_of(std::string_view text) { return columns_of(characters_of(text)); }

std::string shortened(std::string_view text, std::size_t columns) {
  const std::vector<Character> characters = characters_of(text);
  if (columns_of(characters) <= columns) return std::string(text);
  if (columns == 0) return "";
  return with_gap(text, characters, columns / 2, (columns - 1) / 2);
}

std::string cut_off(std::string_view text, std::size_t columns) {
  const std::vector<Character> characters = characters_of(text);
  if (columns_of(characters) <= columns) return std::string(text);
  if (columns == 0) return "";
  return with_gap(text, characters, columns - 1, 0);
}

}  // namespace k6apm::text
