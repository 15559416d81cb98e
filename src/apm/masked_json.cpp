#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <unordered_map>

#include "apm/block.hpp"
#include "apm/secret.hpp"

namespace k6apm::apm {

namespace {

using OrderedJson = nlohmann::ordered_json;

std::string folded(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '_' || c == '-') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

OrderedJson number(double value) {
  constexpr double all_whole_below = 9007199254740992.0;  // 2^53: no whole number is left out below
  if (std::trunc(value) == value && std::fabs(value) < all_whole_below)
    return static_cast<std::int64_t>(value);
  return value;
}

OrderedJson to_json(const Value& value, bool is_url);

/// Of a login only the user name is shown, whatever else somebody put there.
OrderedJson credentials_to_json(const Object& credentials) {
  OrderedJson out = OrderedJson::object();
  for (const Member& member : credentials) {
    if (member.value.as<Undefined>() != nullptr) continue;
    const bool shown = folded(member.key) == "username" || !member.value.is_set();
    out[member.key] = shown ? to_json(member.value, false) : OrderedJson("***");
  }
  return out;
}

OrderedJson to_json(const Value& value, bool is_url) {
  if (const auto* b = value.as<bool>()) return *b;
  if (const auto* n = value.as<double>()) return number(*n);
  if (const auto* text = value.as<std::string>()) {
    return is_url || text->find("://") != std::string::npos ? masked_url(*text) : *text;
  }
  if (const auto* array = value.as<Array>()) {
    OrderedJson out = OrderedJson::array();
    for (const Value& element : *array) out.push_back(to_json(element, is_url));
    return out;
  }
  if (const auto* object = value.as<Object>()) {
    OrderedJson out = OrderedJson::object();
    std::unordered_map<std::string_view, std::size_t> last;  // of several equal keys the last counts
    for (std::size_t i = 0; i < object->size(); ++i) last[(*object)[i].key] = i;
    for (std::size_t i = 0; i < object->size(); ++i) {
      const Member& member = (*object)[i];
      if (member.value.as<Undefined>() != nullptr || last[member.key] != i) continue;
      const auto* credentials = member.value.as<Object>();
      if (folded(member.key) == "credentials" && credentials != nullptr) {
        out.get_ref<OrderedJson::object_t&>().emplace_back(member.key, credentials_to_json(*credentials));
        continue;
      }
      const bool secret = is_secret_key(member.key) && member.value.is_set();
      const bool url = folded(member.key).find("url") != std::string::npos;
      // Without looking for the key, which would take longer with each.
      out.get_ref<OrderedJson::object_t&>().emplace_back(
          member.key, secret ? OrderedJson("***") : to_json(member.value, url));
    }
    return out;
  }
  return nullptr;
}

}  // namespace

bool is_secret_key(std::string_view key) {
  static constexpr std::string_view parts[] = {"secret",     "token",      "passw",      "apikey", "appkey",
                                               "licensekey", "auth",       "credential", "bearer", "pwd",
                                               "headers",    "privatekey", "accesskey"};
  const std::string name = folded(key);
  for (const std::string_view part : parts) {
    if (name.find(part) != std::string::npos) return true;
  }
  return name == "key";
}

std::string masked_json(const Value& value) {
  return to_json(value, false).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace k6apm::apm
