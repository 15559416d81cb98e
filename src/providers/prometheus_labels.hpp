// Prometheus names: which are valid, and which label a k6 tag becomes.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "notice.hpp"
#include "series/series.hpp"

namespace k6apm::providers {

/// Whether `name` is a metric name of remote write 1.0: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
bool is_metric_name(std::string_view name);

/// The label for one tag without regard to other tags: each code point that a label name cannot hold becomes
/// `_`, a leading digit gets `_` before it, a name that begins with `__` (reserved) gets `tag` before it.
/// Empty only for an empty name. `tag` is valid UTF-8.
std::string sanitised_label(std::string_view tag);

/// The labels of all tags of one destination. No two tags of it get the same label: of those that would, the
/// first in byte order has the plain name, the others `_2`, `_3` and so on, past names that are taken
/// already. Constant tags choose first.
class LabelNames {
 public:
  LabelNames(const std::set<std::string>& run_tags, const series::Tags& constant_tags);

  /// The label of a tag of the run; empty for the empty name. The tag is one of those given.
  const std::string& of_run_tag(const std::string& tag) const { return m_run.at(tag); }
  const std::string& of_constant_tag(const std::string& tag) const { return m_constant.at(tag); }

  /// One note for each tag whose label is not its name.
  const std::vector<Notice>& notices() const { return m_notices; }

 private:
  using Names = std::map<std::string, std::string>;

  Names claim(const std::set<std::string>& tags);

  std::set<std::string> m_taken{};
  Names m_constant{};
  Names m_run{};
  std::vector<Notice> m_notices{};
};

}  // namespace k6apm::providers
