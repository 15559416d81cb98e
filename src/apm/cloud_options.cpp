// What the options say for k6 cloud. Source: grafana/k6, cloudapi/config.go: `cloud` is used whole where it
// is present, though it is null; numbers may stand in strings; keys count in any case, as Go reads JSON, and
// of equal ones the last. Keys for tests that run in the cloud: grafana.com/docs, "Cloud options".
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apm/block.hpp"
#include "apm/cloud_keys.hpp"
#include "script/value.hpp"
#include "text/nearest.hpp"

namespace k6apm::apm {

namespace {

constexpr std::string_view served_keys[] = {"name", "projectID", "token", "stackID"};

// Those that have a meaning only where the cloud runs the test.
constexpr std::string_view keys_of_cloud_runs[] = {
    "distribution", "staticIPs", "drop_metrics", "drop_tags", "keep_tags", "note", "deleteSensitiveData"};

// k6: internal/output/cloud/output.go. In the order in which they are said.
constexpr std::string_view required_system_tags[] = {"name", "method", "status", "error", "check", "group"};

constexpr double exact_integers_below = 9007199254740992.0;  // 2^53

std::optional<std::int64_t> whole_number_of(const Value& value) {
  if (const auto* number = value.as<double>()) {
    if (std::trunc(*number) != *number || !(std::fabs(*number) < exact_integers_below)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
  }
  const auto* text = value.as<std::string>();
  std::int64_t number = 0;
  if (text == nullptr || text->empty()) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

class CloudOptionsReader {
 public:
  explicit CloudOptionsReader(CloudOptions& cloud) : m_cloud(cloud) {}

  void read(const Value& options) {
    const auto* object = options.as<Object>();
    if (object == nullptr) {
      if (options.as<Unknown>() != nullptr) pass_over(options, "", "options", "");
      return;
    }
    read_source(*object);
    read_system_tags(*object);
  }

 private:
  void say(std::string_view key, Notice notice) { m_cloud.notices.emplace_back(key, std::move(notice)); }

  /// Says that `value`, which is what `what` names, is not known or not what is `allowed`.
  void pass_over(const Value& value, std::string_view key, const std::string& what,
                 std::string_view allowed) {
    Notice notice{Severity::warning, value.where(),
                  fmt::format("{} must be {}, not {}", what, allowed, type_name(value))};
    if (value.as<Unknown>() != nullptr) notice = not_readable(value, what).notice();
    notice.severity = Severity::warning;
    notice.text += ": left out for k6 cloud";
    say(key, std::move(notice));
  }

  /// The member, where it is known; says where it is not.
  const Value* known(const Object& object, std::string_view key, const std::string& path) {
    const Found found = find(object, key);
    if (found.hidden == nullptr) return found.value;
    say(key == "systemTags" ? key : "",
        {Severity::warning, found.hidden->where(),
         fmt::format("what stands here may hold {}.{}, and is not known: left out for k6 cloud", path, key),
         k_ask_k6_advice});
    return nullptr;
  }

  void read_source(const Object& options) {
    const Found cloud = find(options, "cloud");
    if (cloud.hidden != nullptr || (cloud.value != nullptr && cloud.value->as<Undefined>() == nullptr)) {
      if (const Value* value = known(options, "cloud", "options")) read_object(*value, "options.cloud");
      return;
    }
    const Value* ext = known(options, "ext", "options");
    const auto* object = ext == nullptr ? nullptr : ext->as<Object>();
    if (object == nullptr) return;
    if (const Value* value = known(*object, "loadimpact", "options.ext"))
      read_object(*value, "options.ext.loadimpact");
  }

  void read_object(const Value& value, const std::string& path) {
    if (!value.is_set()) return;
    const auto* object = value.as<Object>();
    if (object == nullptr) return pass_over(value, "", path, "an object");
    m_cloud.where = value.where();
    std::set<std::string_view> seen;
    // From the end: of equal keys the last counts, and a key that is not known could be any before it.
    for (auto member = object->rbegin(); member != object->rend(); ++member) {
      if (!member->key_known) {
        say_hidden(*member, path, seen);
        break;
      }
      const auto* const key = std::find_if(std::begin(served_keys), std::end(served_keys),
                                           [&](std::string_view one) { return same_key(one, member->key); });
      if (key == std::end(served_keys)) {
        pass_over_key(*member, path);
      } else if (seen.insert(*key).second) {
        read_key(*key, *member, path);
      }
    }
    std::reverse(m_cloud.passed_over.begin(), m_cloud.passed_over.end());
    std::reverse(m_cloud.places.begin(), m_cloud.places.end());
  }

  void say_hidden(const Member& member, const std::string& path, const std::set<std::string_view>& seen) {
    for (const std::string_view key : served_keys) {
      if (seen.count(key) > 0) continue;
      say(key,
          {Severity::warning, member.where(),
           fmt::format("what stands here may hold {}.{}, and is not known: left out for k6 cloud", path, key),
           k_ask_k6_advice});
    }
  }

  void pass_over_key(const Member& member, const std::string& path) {
    if (member.key == "apm" || !member.value.is_set()) return;
    m_cloud.passed_over.push_back(fmt::format("{}.{}", path, cleaned(member.key)));
    const auto is_known = [&](std::string_view one) { return same_key(one, member.key); };
    if (std::any_of(std::begin(keys_of_cloud_runs), std::end(keys_of_cloud_runs), is_known) ||
        is_cloud_key(member.key))
      return;
    const std::string meant = text::nearest(
        member.key, std::vector<std::string_view>(std::begin(served_keys), std::end(served_keys)));
    if (meant.empty()) return;
    say("", {Severity::note, member.where(),
             fmt::format("unknown key {} of {} is passed over", cleaned(member.key), path),
             text::did_you_mean(meant)});
  }

  void read_key(std::string_view key, const Member& member, const std::string& path) {
    const std::string what = fmt::format("{}.{}", path, key);
    bool counts = false;
    if (key == "name") counts = read_text(member.value, key, what, m_cloud.name);
    if (key == "token") counts = read_text(member.value, key, what, m_cloud.token);
    if (key == "projectID") counts = read_number(member.value, key, what, m_cloud.project_id);
    if (key == "stackID") counts = read_number(member.value, key, what, m_cloud.stack_id);
    if (counts) m_cloud.places.emplace_back(key, member.where());
  }

  /// Whether it counts: an empty one does not.
  bool read_text(const Value& value, std::string_view key, const std::string& what,
                 std::optional<std::string>& text) {
    const auto* given = value.as<std::string>();
    if (given == nullptr) {
      if (value.is_set()) pass_over(value, key, what, "a string");
      return false;
    }
    if (!given->empty()) text = *given;
    return text.has_value();
  }

  /// The same, where 0 is none.
  bool read_number(const Value& value, std::string_view key, const std::string& what,
                   std::optional<std::int64_t>& number) {
    const auto* text = value.as<std::string>();
    if (!value.is_set() || (text != nullptr && text->empty())) return false;
    const auto given = whole_number_of(value);
    if (given && *given == 0) return false;
    if (!given || *given < 0) {
      if (value.as<double>() == nullptr && text == nullptr) {
        pass_over(value, key, what, "a whole number");
      } else {
        say(key, {Severity::warning, value.where(),
                  what + " must be a whole number of 1 or more: left out for k6 cloud"});
      }
      return false;
    }
    if (text != nullptr) {
      say(key, {Severity::note, value.where(), what + " is a string, and taken for the number in it"});
    }
    number = given;
    return true;
  }

  void read_system_tags(const Object& options) {
    const Value* value = known(options, "systemTags", "options");
    if (value == nullptr || !value->is_set()) return;
    const auto* list = value->as<Array>();
    if (list == nullptr) return pass_over(*value, "systemTags", "options.systemTags", "a list of strings");
    const Value* unclear = nullptr;  // what could be any tag
    for (const Value& element : *list) {
      if (element.as<std::string>() == nullptr) unclear = &element;
    }
    for (const std::string_view tag : required_system_tags) {
      const bool has_it = std::any_of(list->begin(), list->end(), [&](const Value& element) {
        const auto* name = element.as<std::string>();
        return name != nullptr && *name == tag;
      });
      if (!has_it) m_cloud.missing_system_tags.emplace_back(tag);
    }
    m_cloud.system_tags_where = value->where();
    if (unclear == nullptr || m_cloud.missing_system_tags.empty()) return;
    if (unclear->as<Unknown>() != nullptr) m_cloud.missing_system_tags.clear();
    pass_over(*unclear, "systemTags", "a tag of options.systemTags", "a string");
  }

  CloudOptions& m_cloud;
};

}  // namespace

void read_cloud_options(const Value& options, ApmBlock& block) {
  CloudOptionsReader(block.cloud).read(options);
}

}  // namespace k6apm::apm
