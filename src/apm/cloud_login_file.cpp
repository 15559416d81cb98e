#include "apm/cloud_login_file.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apm/cloud_keys.hpp"

namespace k6apm::apm {

namespace {

using Json = nlohmann::json;

constexpr std::string_view k_config_variable = "K6_CONFIG";

std::string text_of(const evaluation::Environment& env, std::string_view name) {
  return env(name).value_or("");
}

// Go's os.UserConfigDir, on Linux; empty where nothing tells it.
std::string directory_of(const evaluation::Environment& env) {
  std::string given = text_of(env, "XDG_CONFIG_HOME");
  if (given.starts_with('/')) return given;
  const std::string home = text_of(env, "HOME");
  return home.empty() ? "" : home + "/.config";
}

// The newer place first.
std::vector<std::string> default_paths(const evaluation::Environment& env) {
  const std::string directory = directory_of(env);
  if (directory.empty()) return {};
  return {directory + "/k6/config.json", directory + "/loadimpact/k6/config.json"};
}

const Json* member(const Json* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const Json* found = nullptr;
  for (const auto& [key, value] : object->items()) {
    if (same_key(key, name)) found = &value;
  }
  return found;
}

void say(std::vector<Notice>& notices, const std::string& path, const std::string& what) {
  notices.push_back({Severity::warning, Location{path},
                     fmt::format("the configuration of k6 {}: it does not count", what)});
}

}  // namespace

CloudLoginFile read_cloud_login_file(const evaluation::Environment& env, std::vector<Notice>& notices) {
  const std::string named = text_of(env, k_config_variable);
  for (const std::string& path : named.empty() ? default_paths(env) : std::vector<std::string>{named}) {
    const evaluation::FileContent content = evaluation::read_local_file(path);
    if (content.missing && named.empty()) continue;
    if (!content.text) {
      say(notices, path, content.why);
      return {};
    }
    const Json whole = Json::parse(*content.text, nullptr, false);
    if (!whole.is_object()) {
      say(notices, path, whole.is_discarded() ? "is no JSON" : "is no object");
      return {};
    }
    const Json* cloud = member(member(&whole, "collectors"), "cloud");
    if (cloud == nullptr || cloud->is_null()) return {path, {}};
    if (cloud->is_object()) return {path, *cloud};
    say(notices, path, "has collectors.cloud, which is no object");
    return {};
  }
  return {};
}

}  // namespace k6apm::apm
