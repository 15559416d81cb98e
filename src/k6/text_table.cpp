#include "k6/text_table.hpp"

#include <xxhash.h>

namespace k6apm::k6 {

std::size_t TextHash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace k6apm::k6
