// The list of metrics of a destination: names, selectors and {sourceMetric, targetMetric, keepTags}.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "apm/block.hpp"
#include "apm/options.hpp"
#include "text/nearest.hpp"

namespace k6apm::apm {

namespace {

// k6-docs, Cloud APM: exported where includeDefaultMetrics is not false.
constexpr std::string_view default_metrics[] = {"data_sent", "data_received", "http_req_duration",
                                                "http_reqs", "iterations",    "vus"};

// DataDog/integrations-extras, k6/assets/dashboards/overview.json: the widget "Response timings - 95th" asks
// for these besides; the other widgets are served by the defaults.
constexpr std::string_view dashboard_metrics[] = {"http_req_blocked",         "http_req_connecting",
                                                  "http_req_tls_handshaking", "http_req_sending",
                                                  "http_req_waiting",         "http_req_receiving"};

// Far more than any test has; each new entry is compared with all before it.
constexpr std::size_t max_metrics = 2000;

// Prometheus data model, legacy validation, which every receiver accepts.
bool is_prometheus_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
  };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string_view without_prefix(std::string_view source) {
  constexpr std::string_view prefix = "k6.";
  if (source.substr(0, prefix.size()) == prefix) source.remove_prefix(prefix.size());
  return source;
}

/// Adds those whose target no entry has; that a run lacks one of them is no warning.
void add_default(Destination& destination, std::span<const std::string_view> metrics) {
  for (const std::string_view name : metrics) {
    if (destination.target_of_any(destination.default_target(name))) continue;
    Entry entry;
    entry.source = std::string(name);
    entry.selector = Selector::parse(name);
    entry.is_default = true;
    entry.where = destination.where;
    destination.entries.push_back(std::move(entry));
  }
}

class EntryReader {
 public:
  EntryReader(Destination& destination, std::vector<Notice>& notices)
      : m_destination(destination), m_notices(notices) {}

  void read(const Value* metrics) {
    const auto* list = metrics == nullptr ? nullptr : metrics->as<Array>();
    const std::size_t count = list == nullptr ? 0 : list->size();
    for (m_position = 0; m_position < std::min(count, max_metrics); ++m_position)
      read_entry((*list)[m_position]);
    if (count > max_metrics) {
      m_notices.push_back(
          {Severity::warning,
           (*list)[max_metrics].where(),
           fmt::format("all behind metrics[{}] is left out: a destination takes {} metrics at most",
                       max_metrics - 1, max_metrics),
           {}});
    }
    if (m_destination.include_default_metrics) add_default(m_destination, default_metrics);
  }

 private:
  std::string place() const { return fmt::format("metrics[{}]", m_position); }

  void leave_out(Location where, std::string text, std::string hint = {}) {
    m_notices.push_back({Severity::warning, std::move(where),
                         fmt::format("{} is left out: {}", place(), text), std::move(hint),
                         "entries that are left out"});
  }

  void read_entry(const Value& value) {
    Entry entry;
    entry.where = value.where();
    const Value* source = &value;
    if (const auto* object = value.as<Object>()) {
      say_unknown_keys(*object);
      source = member(*object, "sourceMetric", "source_metric");
      if (source == nullptr) {
        leave_out(value.where(), "sourceMetric is missing");
        return;
      }
      if (!read_target(*object, entry) || !read_keep_tags(*object, entry)) return;
    }
    const auto* text = source->as<std::string>();
    if (text == nullptr) {
      leave_out(source->where(),
                source == &value
                    ? fmt::format("it must be a metric name or an object, not {}", type_name(value))
                    : fmt::format("sourceMetric must be a string, not {}", type_name(*source)));
      return;
    }
    entry.source = std::string(without_prefix(*text));
    if (read_selector(*source, entry) && check_target(value, entry))
      m_destination.entries.push_back(std::move(entry));
  }

  // Both spellings given: the later counts. Null counts as missing.
  const Value* member(const Object& object, std::string_view key, std::string_view old_key) {
    const Member* chosen = nullptr;
    for (const Member& m : object) {
      if (m.key != key && m.key != old_key) continue;
      if (chosen != nullptr && chosen->key == m.key) chosen = nullptr;
      if (!m.value.is_set()) continue;
      if (chosen != nullptr) {
        m_notices.push_back({Severity::note,
                             m.where(),
                             fmt::format("{} and {} are the same setting; the later one, {}, counts",
                                         chosen->key, m.key, m.key),
                             {}});
      }
      chosen = &m;
    }
    return chosen == nullptr ? nullptr : &chosen->value;
  }

  void say_unknown_keys(const Object& object) {
    static const std::vector<std::string_view> keys = {"sourceMetric",  "targetMetric",  "keepTags",
                                                       "source_metric", "target_metric", "keep_tags"};
    for (const Member& m : object) {
      if (std::find(keys.begin(), keys.end(), m.key) != keys.end()) continue;
      const std::string meant = text::nearest(m.key, keys);
      m_notices.push_back({Severity::note, m.where(),
                           fmt::format("unknown key {} of {} is passed over", cleaned(m.key), place()),
                           text::did_you_mean(meant), "unknown keys of entries"});
    }
  }

  bool read_target(const Object& object, Entry& entry) {
    const Value* target = member(object, "targetMetric", "target_metric");
    if (target == nullptr) return true;
    const auto* text = target->as<std::string>();
    if (text == nullptr || text->empty()) {
      leave_out(target->where(), fmt::format("targetMetric must be a name, not {}",
                                             text == nullptr ? type_name(*target) : "an empty string"));
      return false;
    }
    entry.target = *text;
    return true;
  }

  bool read_keep_tags(const Object& object, Entry& entry) {
    const Value* value = member(object, "keepTags", "keep_tags");
    if (value == nullptr) return true;
    const auto* list = value->as<Array>();
    if (list == nullptr) {
      leave_out(value->where(),
                fmt::format("keepTags must be a list of tag names, not {}", type_name(*value)));
      return false;
    }
    std::vector<std::string> tags;
    for (const Value& element : *list) {
      const auto* tag = element.as<std::string>();
      if (tag == nullptr || tag->empty()) {
        leave_out(element.where(), fmt::format("keepTags must hold tag names, not {}",
                                               tag == nullptr ? type_name(element) : "an empty string"));
        return false;
      }
      tags.push_back(*tag);
    }
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    entry.keep_tags = std::move(tags);
    return true;
  }

  bool read_selector(const Value& value, Entry& entry) {
    try {
      entry.selector = Selector::parse(entry.source);
    } catch (const SelectorError& error) {
      leave_out(value.where(),
                fmt::format("\"{}\" is no selector: {} (at byte {})", cleaned(entry.source), error.text,
                            error.offset + 1),
                cleaned(error.hint, 400));
      return false;
    }
    const auto& metric = entry.selector.metric();
    if (metric && (metric->empty() || !entry.selector.matches_name(*metric))) {
      leave_out(value.where(), fmt::format("\"{}\" can never select a metric", cleaned(entry.source)));
      return false;
    }
    return true;
  }

  // The rules about the target that hold whatever the run contains.
  bool check_target(const Value& value, const Entry& entry) {
    const auto& metric = entry.selector.metric();
    if (!metric) {
      if (!entry.target) return true;
      leave_out(value.where(),
                fmt::format("\"{}\" may select several metrics, so it takes no targetMetric",
                            cleaned(entry.source)),
                "give the metric's name, or remove targetMetric");
      return false;
    }
    const std::string target = entry.target.value_or(m_destination.default_target(*metric));
    if (m_destination.kind == ProviderKind::prometheus && !is_prometheus_name(target)) {
      leave_out(value.where(),
                fmt::format("\"{}\" is no Prometheus metric name; allowed is [a-zA-Z_:][a-zA-Z0-9_:]*",
                            cleaned(target)),
                entry.target ? "" : "give it a targetMetric");
      return false;
    }
    if (!m_destination.target_of_any(target)) return true;
    leave_out(value.where(), fmt::format("\"{}\" is the target of an earlier entry already", cleaned(target)),
              "give it a targetMetric of its own");
    return false;
  }

  Destination& m_destination;
  std::vector<Notice>& m_notices;
  std::size_t m_position = 0;
};

}  // namespace

void read_entries(const Value* metrics, Destination& destination, std::vector<Notice>& notices) {
  EntryReader(destination, notices).read(metrics);
}

void add_dashboard_metrics(ApmBlock& block) {
  for (Destination& destination : block.destinations) {
    if (destination.kind != ProviderKind::datadog || !destination.disabled.empty()) continue;
    add_default(destination, dashboard_metrics);
  }
}

}  // namespace k6apm::apm
