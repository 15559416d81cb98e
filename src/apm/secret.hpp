// A string that no message, dump, report or log may show.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace k6apm::apm {

/// Holds a token, key or password. There is no conversion to text: reveal() is called only where a request is
/// made.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : m_value(std::move(value)) {}

  const std::string& reveal() const { return m_value; }
  bool empty() const { return m_value.empty(); }

 private:
  std::string m_value{};
};

/// Whether the value of a variable or header of this name is a secret, by the look of the name.
bool looks_secret(std::string_view name);

/// `url` with userinfo and every value of its query string replaced by ***, for people's eyes.
std::string masked_url(const std::string& url);

}  // namespace k6apm::apm
