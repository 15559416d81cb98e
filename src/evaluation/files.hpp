// What a script may read besides itself: other files, and variables of the environment.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace k6apm::evaluation {

/// The variables of `__ENV`.
class Environment {
 public:
  using Lookup = std::function<std::optional<std::string>(std::string_view name)>;
  using Names = std::function<std::vector<std::string>()>;

  Environment() = default;
  /// `lookup` gives nothing where a variable is not set; without `names` it is not known which there are.
  Environment(Lookup lookup, Names names) : m_lookup(std::move(lookup)), m_names(std::move(names)) {}
  template <class F>
  requires std::is_invocable_r_v<std::optional<std::string>, F, std::string_view> Environment(F lookup)
      : m_lookup(std::move(lookup)) {}  // NOLINT(google-explicit-constructor): a function is one

  std::optional<std::string> operator()(std::string_view name) const {
    return m_lookup ? m_lookup(name) : std::nullopt;
  }
  std::optional<std::vector<std::string>> names() const {
    return m_names ? std::optional(m_names()) : std::nullopt;
  }

 private:
  Lookup m_lookup{};
  Names m_names{};
};

/// The content of a file, or why there is none. Only regular files are read, and none larger than
/// max_file_bytes.
struct FileContent {
  std::optional<std::string> text{};
  bool missing = false;  ///< there is no such file
  std::string why{};     ///< "cannot be opened: No such file or directory"
};
using Files = std::function<FileContent(const std::string& path)>;

constexpr std::size_t max_file_bytes = 16UL * 1024 * 1024;

/// Reads from the disk.
FileContent read_local_file(const std::string& path);

}  // namespace k6apm::evaluation
