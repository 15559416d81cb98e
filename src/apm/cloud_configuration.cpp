#include "apm/cloud_configuration.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apm/cloud_keys.hpp"
#include "apm/cloud_login_file.hpp"

namespace k6apm::apm {

namespace {

using Json = nlohmann::json;

constexpr std::string_view k_all_metrics = R"({__name__=~".+"})";
constexpr std::string_view k_name_of_unnamed = "k6 test";  // k6: internal/output/cloud/output.go

std::string file_name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class CloudConfiguration {
 public:
  CloudConfiguration(ApmBlock& block, const CloudSources& sources) : m_block(block), m_sources(sources) {
    m_destination.index = block.destinations.size();
    m_destination.provider = "cloud";
    m_destination.kind = ProviderKind::cloud;
    m_destination.where = block.cloud.where;
  }

  Destination read() {
    take_login_file();
    take_options();
    take_environment();
    settle_name();
    settle_project();
    check_push();
    check_system_tags();
    take_over_notices();
    add_entry();
    record();
    for (Notice& notice : m_notices) notice.destination = m_destination.index;
    m_block.notices.insert(m_block.notices.end(), m_notices.begin(), m_notices.end());
    return std::move(m_destination);
  }

 private:
  CloudSettings& settings() { return m_destination.cloud; }

  void disable(Location where, const std::string& reason, std::string hint = {}) {
    disable_at(std::move(where), reason, reason, std::move(hint));
  }

  /// `text` is the reason without the words that say the same place as `where`.
  void disable_at(Location where, const std::string& reason, const std::string& text, std::string hint = {}) {
    if (m_destination.disabled.empty()) m_destination.disabled = reason;
    m_notices.push_back({Severity::warning, std::move(where), text, std::move(hint)});
  }

  void disable_by_file(const std::string& path, std::string_view key, const std::invalid_argument& wrong) {
    const std::string text = fmt::format("collectors.cloud.{} {}", key, wrong.what());
    disable_at({path}, fmt::format("{}: {}", path, text), text);
  }

  void take_login_file() {
    const CloudLoginFile file = read_cloud_login_file(m_sources.env, m_notices);
    if (!file.config.is_object()) return;
    for (const auto& [name, value] : file.config.items()) {
      if (!is_given(value)) continue;
      for (const CloudKey& key : cloud_keys()) {
        if (same_key(key.name, name)) take_of_file(key, value, file.path);
      }
      for (const PassedOverKey& key : passed_over_cloud_keys()) {
        if (same_key(key.name, name)) pass_over("collectors.cloud." + std::string(key.name));
      }
      if (same_key("defaultProjectID", name)) take_default_project(value, file.path);
    }
  }

  void take_of_file(const CloudKey& key, const Json& value, const std::string& path) {
    try {
      if (key.take(settings(), value)) m_places[key.name] = Location{path};
    } catch (const std::invalid_argument& wrong) {
      disable_by_file(path, key.name, wrong);
    }
  }

  void take_default_project(const Json& value, const std::string& path) {
    CloudSettings with_project;
    const auto is_it = [](const CloudKey& key) { return key.name == "projectID"; };
    try {
      std::find_if(cloud_keys().begin(), cloud_keys().end(), is_it)->take(with_project, value);
    } catch (const std::invalid_argument& wrong) {
      disable_by_file(path, "defaultProjectID", wrong);
    }
    m_default_project = with_project.project_id;
    m_default_project_at = Location{path};
  }

  void take_options() {
    const CloudOptions& options = m_block.cloud;
    for (const auto& [name, where] : options.places) {
      for (const CloudKey& key : cloud_keys()) {
        if (key.name == name) take_of_options(key, where);
      }
    }
  }

  void take_of_options(const CloudKey& key, const Location& where) {
    const CloudOptions& options = m_block.cloud;
    Json value;
    if (key.name == "name") value = options.name.value_or("");
    if (key.name == "token") value = options.token.value_or("");
    if (key.name == "projectID") value = options.project_id.value_or(0);
    if (key.name == "stackID") value = options.stack_id.value_or(0);
    try {
      if (is_given(value) && key.take(settings(), value)) m_places[key.name] = where;
    } catch (const std::invalid_argument& wrong) {
      disable(where, fmt::format("{} of the options {}", key.name, wrong.what()));
    }
  }

  void take_environment() {
    for (const CloudKey& key : cloud_keys()) {
      const Json value = m_sources.env(key.variable).value_or("");
      if (!is_given(value)) continue;
      const std::string variable(key.variable);
      try {
        if (key.take(settings(), value)) m_places[key.name] = Location{variable};
      } catch (const std::invalid_argument& wrong) {
        disable_at({variable}, fmt::format("{} {}", variable, wrong.what()), wrong.what());
      }
    }
    for (const PassedOverKey& key : passed_over_cloud_keys()) {
      if (!m_sources.env(key.variable).value_or("").empty()) pass_over(std::string(key.variable));
    }
  }

  void pass_over(std::string what) { m_block.cloud.passed_over.push_back(std::move(what)); }

  void settle_name() {
    std::string& name = settings().name;
    if (name.empty()) name = file_name_of(m_sources.script.empty() ? m_sources.result : m_sources.script);
    if (name.empty() || name == "-") name = k_name_of_unnamed;
  }

  void settle_project() {
    if (settings().project_id || !m_default_project) return;
    settings().project_id = m_default_project;
    m_places["projectID"] = m_default_project_at;
  }

  /// A push to a test run of somebody else's has an address and a login of its own, or neither.
  void check_push() {
    const CloudSettings& of = settings();
    const bool has_url = !of.metrics_push_url.empty();
    const bool has_token = !of.test_run_token.empty();
    if (!has_url && !has_token) return;
    const Location where = m_places[has_url ? "metricsPushURL" : "testRunToken"];
    if (has_url != has_token) {
      disable(where,
              fmt::format("{} counts only together with {}", has_url ? "metricsPushURL" : "testRunToken",
                          has_url ? "testRunToken" : "metricsPushURL"),
              "set both K6_CLOUD_METRICS_PUSH_URL and K6_CLOUD_TEST_RUN_TOKEN, or neither");
    } else if (of.push_ref_id.empty()) {
      disable(where, "metricsPushURL and testRunToken count only for a test run that is there already",
              "set K6_CLOUD_PUSH_REF_ID too, or neither of them");
    }
  }

  void check_system_tags() {
    const CloudOptions& options = m_block.cloud;
    if (options.missing_system_tags.empty()) return;
    disable(options.system_tags_where,
            fmt::format("the cloud output needs the system tags {}, which systemTags leaves out",
                        fmt::join(options.missing_system_tags, ", ")));
  }

  /// What the options lack is no matter where another source, which wins, has it.
  void take_over_notices() {
    CloudOptions& options = m_block.cloud;
    for (auto& [key, notice] : options.notices) {
      const auto place = m_places.find(key);
      const bool is_moot = place != m_places.end() && place->second.file.starts_with("K6_CLOUD_");
      if (!is_moot) m_notices.push_back(std::move(notice));
    }
    options.notices.clear();
  }

  void add_entry() {
    Entry entry;
    entry.source = std::string(k_all_metrics);
    entry.selector = Selector::parse(k_all_metrics);
    entry.is_default = true;
    entry.where = m_destination.where;
    m_destination.entries.push_back(std::move(entry));
  }

  void record() {
    m_destination.settings.push_back({"provider", m_destination.provider, std::nullopt});
    for (const CloudKey& key : cloud_keys()) {
      std::string value = key.shown(settings());
      if (key.name == "token" && value.empty()) value = "none";
      if (value.empty()) continue;
      const auto place = m_places.find(key.name);
      m_destination.settings.push_back(
          {std::string(key.name), std::move(value),
           place == m_places.end() ? std::nullopt : std::optional(place->second)});
    }
  }

  ApmBlock& m_block;
  const CloudSources& m_sources;
  Destination m_destination{};
  std::vector<Notice> m_notices{};
  std::map<std::string_view, Location> m_places{};  // where the value of a key stands
  std::optional<std::int64_t> m_default_project{};
  Location m_default_project_at{};
};

}  // namespace

void add_cloud(ApmBlock& block, const CloudSources& sources) {
  Destination destination = CloudConfiguration(block, sources).read();
  block.destinations.push_back(std::move(destination));
}

void require_cloud_login(Destination& destination, std::vector<Notice>& notices) {
  const CloudSettings& settings = destination.cloud;
  const bool has_run_login = !settings.push_ref_id.empty() && !settings.test_run_token.empty();
  if (destination.kind != ProviderKind::cloud || !destination.disabled.empty() || !settings.token.empty() ||
      has_run_login)
    return;
  destination.disabled = "no token is given";
  Notice notice{Severity::warning, destination.where, "cloud: " + destination.disabled,
                "set K6_CLOUD_TOKEN, or log in with `k6 cloud login`"};
  notice.destination = destination.index;
  notices.push_back(std::move(notice));
}

}  // namespace k6apm::apm
