// The keys of one object of the apm list in every spelling that the documents ever had, and what they may
// hold. Source: k6-docs, "Cloud APM" pages 2020-06 (api_key, export_metrics, DataDogEU), 2020-07 (metrics,
// datadogeu), 2020-12 (camelCase, region) and 2022-08 (metric objects, apiURL, more regions).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "apm/dialect.hpp"
#include "apm/secret.hpp"
#include "text/nearest.hpp"

namespace k6apm::apm {

namespace {

constexpr int min_resample_s = 1;
constexpr int max_resample_s = 10;

struct Spelling {
  std::string_view key;
  std::string_view meaning;  ///< the present spelling, which stands for all of them
};
constexpr Spelling common_keys[] = {
    {"provider", "provider"},
    {"metrics", "metrics"},
    {"export_metrics", "metrics"},
    {"includeDefaultMetrics", "includeDefaultMetrics"},
    {"include_default_metrics", "includeDefaultMetrics"},
    {"export_default_metrics", "includeDefaultMetrics"},
    {"resampleRate", "resampleRate"},
    {"resample_rate", "resampleRate"},
    {"includeTestRunId", "includeTestRunId"},
    {"include_test_run_id", "includeTestRunId"},
};
constexpr Spelling prometheus_keys[] = {{"remoteWriteURL", "remoteWriteURL"}, {"credentials", "credentials"}};
constexpr Spelling datadog_keys[] = {{"apiKey", "apiKey"},  {"api_key", "apiKey"}, {"appKey", "appKey"},
                                     {"app_key", "appKey"}, {"region", "region"},  {"apiURL", "apiURL"}};

struct ProviderName {
  std::string_view name;
  ProviderKind kind;
  std::string_view region;  ///< where the name implies one
};
constexpr ProviderName provider_names[] = {{"prometheus", ProviderKind::prometheus, ""},
                                           {"datadog", ProviderKind::datadog, ""},
                                           {"DataDog", ProviderKind::datadog, ""},
                                           {"DataDogEU", ProviderKind::datadog, "eu"},
                                           {"datadogeu", ProviderKind::datadog, "eu"}};

// Where a key may hold text that looks like a number or boolean because it came from __ENV.
std::optional<bool> boolean_of(const Value& value) {
  if (const auto* b = value.as<bool>()) return *b;
  const auto* text = value.as<std::string>();
  if (text != nullptr && (*text == "true" || *text == "false")) return *text == "true";
  return std::nullopt;
}

std::optional<int> int_of(const Value& value) {
  double number = 0;
  if (const auto* n = value.as<double>()) {
    number = *n;
  } else if (const auto* text = value.as<std::string>()) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (text->empty() || error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (!(number >= min_resample_s && number <= max_resample_s) || std::trunc(number) != number)
    return std::nullopt;
  return static_cast<int>(number);
}

std::string shown(const Value& value) {
  if (const auto* text = value.as<std::string>()) return fmt::format("\"{}\"", cleaned(*text));
  if (const auto* n = value.as<double>()) return fmt::format("{}", *n);
  if (const auto* b = value.as<bool>()) return *b ? "true" : "false";
  return std::string(type_name(value));
}

// The keys that this provider has, all spellings.
std::vector<Spelling> spellings(ProviderKind kind) {
  std::vector<Spelling> all(std::begin(common_keys), std::end(common_keys));
  if (kind == ProviderKind::prometheus) {
    all.insert(all.end(), std::begin(prometheus_keys), std::end(prometheus_keys));
  } else {
    all.insert(all.end(), std::begin(datadog_keys), std::end(datadog_keys));
  }
  return all;
}

}  // namespace

bool is_http_url(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return false;
  std::string scheme(url.substr(0, colon));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (scheme != "http" && scheme != "https") return false;
  const bool blank = std::any_of(url.begin(), url.end(),
                                 [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  std::string_view authority = url.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t at = authority.rfind('@');
  const std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  return !blank && !host.empty() && host.front() != ':';
}

DestinationReader::DestinationReader(const Value& value, std::size_t index,
                                     const evaluation::Environment& env, std::vector<Notice>& notices)
    : m_value(value), m_env(env), m_notices(notices) {
  m_destination.index = index;
  m_destination.where = value.where();
}

Destination DestinationReader::read() {
  m_object = m_value.as<Object>();
  if (m_object == nullptr) {
    disable(m_value.where(),
            fmt::format("apm[{}] must be an object, not {}", m_destination.index, type_name(m_value)));
    return std::move(m_destination);
  }
  if (!read_provider()) return std::move(m_destination);
  say_unknown_keys();
  if (m_destination.kind == ProviderKind::prometheus) {
    read_prometheus();
  } else {
    read_datadog();
  }
  read_common();
  return std::move(m_destination);
}

void DestinationReader::disable(Location where, const std::string& reason, std::string hint) {
  if (m_destination.disabled.empty()) m_destination.disabled = reason;
  m_notices.push_back({Severity::warning, std::move(where), reason, std::move(hint)});
}

void DestinationReader::note(Location where, std::string text, std::string hint) {
  m_notices.push_back({Severity::note, std::move(where), std::move(text), std::move(hint)});
}

void DestinationReader::record(const Member& m, std::string value) { record_as(m.key, std::move(value), m); }

void DestinationReader::record_as(std::string_view name, std::string value, const Member& cause) {
  m_destination.settings.push_back({std::string(name), std::move(value), cause.where()});
}

void DestinationReader::record_default(std::string_view name, std::string value) {
  m_destination.settings.push_back({std::string(name), std::move(value), std::nullopt});
}

void DestinationReader::record_secret(std::string_view meaning) {
  const Member* m = member(meaning);
  if (m != nullptr && m->value.as<std::string>() != nullptr) record(*m, "***");
}

void DestinationReader::record_url(std::string_view meaning, const std::string& url) {
  const Member* m = member(meaning);
  if (m != nullptr && m->value.as<std::string>() != nullptr) record(*m, masked_url(url));
}

const Member* DestinationReader::member(std::string_view meaning) {
  const Member* chosen = nullptr;
  const auto keys = spellings(m_destination.kind);
  for (const Member& m : *m_object) {
    const bool means_it = std::any_of(
        keys.begin(), keys.end(), [&](const Spelling& s) { return s.key == m.key && s.meaning == meaning; });
    if (!means_it) continue;
    if (chosen != nullptr && chosen->key == m.key) chosen = nullptr;  // the same key again: as in JavaScript
    if (!m.value.is_set()) continue;
    const bool said = std::find(m_said_twice.begin(), m_said_twice.end(), &m) != m_said_twice.end();
    if (chosen != nullptr && !said) {
      m_said_twice.push_back(&m);
      note(m.where(), fmt::format("{} and {} are the same setting; the later one, {}, counts", chosen->key,
                                  m.key, m.key));
    }
    chosen = &m;
  }
  return chosen;
}

std::string DestinationReader::hint_for_missing(const Object& object, std::string_view key) const {
  for (const Member& m : object) {
    const auto* undefined = m.value.as<Undefined>();
    if (m.key == key && undefined != nullptr && !undefined->variable.empty()) {
      return fmt::format("__ENV.{0} is not set; set {0} in the environment", cleaned(undefined->variable));
    }
  }
  return {};
}

std::string DestinationReader::text(std::string_view meaning, std::string_view allowed) {
  const Member* m = member(meaning);
  if (m == nullptr) return {};
  if (const auto* value = m->value.as<std::string>()) return *value;
  disable(m->value.where(), fmt::format("{} must be {}, not {}", m->key, allowed, type_name(m->value)));
  return {};
}

bool DestinationReader::read_provider() {
  const Member* m = member("provider");
  if (m == nullptr) {
    disable(m_value.where(),
            fmt::format("apm[{}] has no provider; allowed are prometheus and datadog", m_destination.index),
            hint_for_missing(*m_object, "provider"));
    return false;
  }
  const auto* name = m->value.as<std::string>();
  if (name == nullptr) {
    disable(m->value.where(), fmt::format("provider must be a string, not {}", type_name(m->value)));
    return false;
  }
  m_destination.provider = *name;
  m_provider = m;
  record(*m, *name);
  std::vector<std::string_view> names;
  for (const ProviderName& known : provider_names) {
    names.push_back(known.name);
    if (known.name != *name) continue;
    m_destination.kind = known.kind;
    m_destination.region = known.region;
    return true;
  }
  const std::string meant = text::nearest(*name, names);
  disable(m->value.where(),
          fmt::format("unknown provider \"{}\"; allowed are prometheus and datadog (also DataDog, "
                      "DataDogEU, datadogeu)",
                      cleaned(*name)),
          meant.empty() ? "" : fmt::format("did you mean \"{}\"?", meant));
  return false;
}

void DestinationReader::say_unknown_keys() {
  const auto keys = spellings(m_destination.kind);
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const Spelling& s : keys) names.push_back(s.key);
  for (const Member& m : *m_object) {
    if (std::find(names.begin(), names.end(), m.key) != names.end()) continue;
    const std::string meant = text::nearest(m.key, names);
    note(m.where(),
         fmt::format("unknown key {} of provider {} is passed over", cleaned(m.key), m_destination.provider),
         text::did_you_mean(meant));
  }
}

void DestinationReader::check_url(std::string_view key, const std::string& url) {
  const Member* m = member(key);
  if (m == nullptr || is_http_url(url)) return;
  disable(m->value.where(),
          fmt::format("{} \"{}\" is no http:// or https:// URL", key, cleaned(masked_url(url), 120)),
          url.empty() || url.find("://") != std::string::npos ? "" : "write https:// before it");
}

void DestinationReader::check_one_line(std::string_view key, std::string_view text, const Location& where) {
  const bool bad = std::any_of(text.begin(), text.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!bad) return;
  disable(where, fmt::format("{} holds a line break or another control character", key),
          "check it for a stray line end");
}

void DestinationReader::read_flag(std::string_view meaning, bool& flag) {
  const Member* m = member(meaning);
  if (m == nullptr) {
    record_default(meaning, flag ? "true" : "false");
    return;
  }
  if (const auto value = boolean_of(m->value)) {
    flag = *value;
    record(*m, flag ? "true" : "false");
  } else {
    disable(m->value.where(), fmt::format("{} must be true or false, not {}", m->key, shown(m->value)));
  }
}

void DestinationReader::read_resample_rate() {
  const Member* m = member("resampleRate");
  if (m == nullptr) {
    record_default("resampleRate", std::to_string(m_destination.resample_s));
    return;
  }
  const auto seconds = int_of(m->value);
  if (!seconds) {
    disable(m->value.where(), fmt::format("{} must be a whole number of seconds from {} to {}, not {}",
                                          m->key, min_resample_s, max_resample_s, shown(m->value)));
    return;
  }
  m_destination.resample_s = *seconds;
  record(*m, std::to_string(*seconds));
}

void DestinationReader::read_common() {
  read_flag("includeDefaultMetrics", m_destination.include_default_metrics);
  read_flag("includeTestRunId", m_destination.include_test_run_id);
  read_resample_rate();
  const Member* metrics = member("metrics");
  if (metrics != nullptr && metrics->value.as<Array>() == nullptr) {
    disable(metrics->value.where(),
            fmt::format("{} must be a list, not {}", metrics->key, type_name(metrics->value)));
    metrics = nullptr;
  }
  read_entries(metrics == nullptr ? nullptr : &metrics->value, m_destination, m_notices);
  if (!m_destination.entries.empty()) return;
  disable(metrics != nullptr ? metrics->where() : m_value.where(),
          "exports no metric: includeDefaultMetrics is false, and metrics names none that can be used");
}

Destination read_destination(const Value& value, std::size_t index, const evaluation::Environment& env,
                             std::vector<Notice>& notices) {
  return DestinationReader(value, index, env, notices).read();
}

}  // namespace k6apm::apm
