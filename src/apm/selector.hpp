// A Prometheus time-series selector over k6's metric name and tags.
// Grammar: prometheus/prometheus promql/parser (3.x: quoted names, the dot of a regular expression matches a
// newline).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k6apm::apm {

/// How a point's tag is looked up: the value of `name`, empty where the point lacks the tag.
using TagLookup = std::function<std::string_view(std::string_view name)>;

class Matcher;

/// Thrown by Selector::parse. `offset` is the byte in the selector's text where it goes wrong.
struct SelectorError {
  std::size_t offset = 0;
  std::string text{};
  std::string hint{};
};

/// Immutable and cheap to copy; safe to use from several threads.
class Selector {
 public:
  /// Parses `text`. Throws SelectorError.
  static Selector parse(std::string_view text);

  /// The one metric that can match, or nothing where the name is given by a regular expression or negated.
  const std::optional<std::string>& metric() const { return m_metric; }

  /// Whether the matchers of `__name__` accept this metric.
  bool matches_name(std::string_view metric) const;

  /// Whether a point of this metric with these tags is selected.
  bool matches(std::string_view metric, const TagLookup& tag) const;

  /// The tags that the selector asks for, without `__name__`, sorted, each once.
  const std::vector<std::string>& tag_names() const { return m_tag_names; }

 private:
  std::optional<std::string> m_metric{};
  std::vector<std::shared_ptr<const Matcher>> m_name_matchers{};
  std::vector<std::shared_ptr<const Matcher>> m_tag_matchers{};
  std::vector<std::string> m_tag_names{};
};

}  // namespace k6apm::apm
