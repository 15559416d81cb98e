#include "apm/secret.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace k6apm::apm {

namespace {

constexpr std::string_view mask = "***";

bool is_scheme(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-';
  });
}

// Keeps the keys; what has no key is masked whole.
std::string masked_query(std::string_view query) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(query.find_first_of("&;"), query.size());
    const std::string_view pair = query.substr(0, end);
    if (const std::size_t equals = pair.find('='); equals != std::string_view::npos) {
      out.append(pair.substr(0, equals + 1)).append(mask);
    } else if (!pair.empty()) {
      out.append(mask);
    }
    if (end == query.size()) return out;
    out.push_back(query[end]);
    query.remove_prefix(end + 1);
  }
}

}  // namespace

bool looks_secret(std::string_view name) {
  static constexpr std::string_view words[] = {"token", "secret", "passw",  "key",    "credential",
                                               "auth",  "cookie", "bearer", "headers"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string masked_url(const std::string& url) {
  std::string_view rest = url;
  std::string out;
  if (const std::size_t colon = rest.find("://");
      colon != std::string_view::npos && is_scheme(rest.substr(0, colon))) {
    out = rest.substr(0, colon + 3);
    rest.remove_prefix(colon + 3);
  }
  const std::string_view base = rest.substr(0, rest.find_first_of("?#"));
  std::string_view tail = rest.substr(base.size());
  // An @ behind ? or # may still end a login whose password holds that character: then nothing is sure.
  if (tail.find('@') != std::string_view::npos) return out.append(mask);
  if (const std::size_t at = base.rfind('@'); at != std::string_view::npos) {
    out.append(mask).append(base.substr(at));
  } else {
    out.append(base);
  }
  if (tail.empty()) return out;
  const std::string_view before_fragment = tail.substr(0, tail.find('#'));
  if (!before_fragment.empty()) out.append("?").append(masked_query(before_fragment.substr(1)));
  if (before_fragment.size() < tail.size()) out.append("#").append(mask);
  return out;
}

}  // namespace k6apm::apm
