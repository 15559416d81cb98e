// Files that people give by mistake, told by how they begin.
#pragma once

#include <string>
#include <string_view>

namespace k6apm::k6 {

/// The next step where a file is no result of k6.
inline constexpr auto* k_how_to_write = "k6 writes results with --out json=FILE or --out csv=FILE";

/// What a file is that is no result of k6, for a message: "is ...", and the next step.
struct Foreign {
  std::string text{};
  std::string hint{};
};

/// Whether it is a tar archive: lines of results in it can be read, but not all of them.
bool is_tar(std::string_view head);

/// `head` is not empty: the first bytes of the content, inflated where it was gzip or zstd.
Foreign foreign(std::string_view head);

}  // namespace k6apm::k6
