// What a block of provider prometheus has besides: the URL and the login.
#include <fmt/format.h>

#include <algorithm>

#include "apm/dialect.hpp"
#include "apm/secret.hpp"
#include "text/nearest.hpp"

namespace k6apm::apm {

void DestinationReader::read_prometheus() {
  m_destination.remote_write_url = text("remoteWriteURL");
  const Member* url = member("remoteWriteURL");
  if (url == nullptr) {
    if (!take_url())
      disable(m_value.where(), "remoteWriteURL is missing", hint_for_missing(*m_object, "remoteWriteURL"));
  } else if (url->value.as<std::string>() != nullptr) {
    check_url("remoteWriteURL", m_destination.remote_write_url);
    record_url("remoteWriteURL", m_destination.remote_write_url);
  }
  read_credentials();
  take_connection();
}

void DestinationReader::read_credentials() {
  const Member* credentials = member("credentials");
  if (credentials == nullptr) {
    if (!take_login()) record_default("credentials", "none");
    return;
  }
  const auto* object = credentials->value.as<Object>();
  if (object == nullptr) {
    disable(credentials->value.where(),
            fmt::format("credentials must be an object, not {}", type_name(credentials->value)));
    return;
  }
  read_login(*credentials, *object);
  std::vector<std::string> shown;
  if (!m_destination.token.empty()) shown.emplace_back("token ***");
  if (!m_destination.username.empty()) shown.push_back("username " + m_destination.username);
  if (!m_destination.password.empty()) shown.emplace_back("password ***");
  if (!shown.empty()) record(*credentials, fmt::format("{}", fmt::join(shown, ", ")));
}

std::string DestinationReader::credential(const Object& object, std::string_view key, bool& given) {
  const Value* value = find(object, key).value;
  given = value != nullptr && value->is_set();
  if (!given) return {};
  const auto* content = value->as<std::string>();
  if (content == nullptr) {
    disable(value->where(), fmt::format("credentials.{} must be a string, not {}", key, type_name(*value)));
    return {};
  }
  if (content->empty()) disable(value->where(), fmt::format("credentials.{} is empty", key));
  // A password goes in Base64 and may hold anything.
  if (key != "password") check_one_line(fmt::format("credentials.{}", key), *content, value->where());
  return *content;
}

void DestinationReader::read_login(const Member& credentials, const Object& object) {
  bool has_token = false;
  bool has_username = false;
  bool has_password = false;
  m_destination.token = Secret(credential(object, "token", has_token));
  m_destination.username = credential(object, "username", has_username);
  m_destination.password = Secret(credential(object, "password", has_password));
  const Location at = credentials.value.where();
  static constexpr std::string_view allowed = "allowed is either token, or username and password";
  if (has_token && (has_username || has_password)) {
    disable(at, fmt::format("credentials has both a token and a login; {}", allowed));
  } else if (!has_token && has_username != has_password) {
    const std::string_view missing = has_username ? "password" : "username";
    disable(at, fmt::format("credentials has no {}; {}", missing, allowed),
            hint_for_missing(object, missing));
  } else if (!has_token && !has_username) {
    disable(at, fmt::format("credentials has neither token nor login; {}", allowed),
            hint_for_missing(object, "token"));
  }
  static const std::vector<std::string_view> keys = {"token", "username", "password"};
  for (const Member& m : object) {
    if (std::find(keys.begin(), keys.end(), m.key) != keys.end()) continue;
    const std::string meant = text::nearest(m.key, keys);
    note(m.where(), fmt::format("unknown key {} of credentials is passed over", cleaned(m.key)),
         text::did_you_mean(meant));
  }
}

}  // namespace k6apm::apm
