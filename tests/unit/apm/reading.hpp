// Shorthand of the tests that read options.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "apm/options.hpp"
#include "error.hpp"

namespace reading {

using Variables = std::map<std::string, std::string, std::less<>>;

inline k6apm::apm::Environment environment(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

inline k6apm::apm::ApmBlock read(const std::string& text, const Variables& variables = {}) {
  return k6apm::apm::read_options_text(text, "script.js", environment(variables), {});
}

/// "LINE:COLUMN text | hint" of the Error, or "accepted".
inline std::string error_of(const std::string& text, const Variables& variables = {}) {
  try {
    read(text, variables);
  } catch (const k6apm::Error& error) {
    const auto& n = error.notice();
    CHECK(error.status() == k6apm::ExitStatus::usage);
    CHECK(n.where.file == "script.js");
    return std::to_string(n.where.line) + ":" + std::to_string(n.where.column) + " " + n.text + " | " +
           n.hint;
  }
  return "accepted";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One line per notice: "warning LINE:COLUMN text | hint".
inline std::string all_notices(const k6apm::apm::ApmBlock& block) {
  std::string out;
  for (const auto& n : block.notices) {
    out += n.severity == k6apm::Severity::warning ? "warning " : "note ";
    out += std::to_string(n.where.line) + ":" + std::to_string(n.where.column) + " " + n.text + " | " +
           n.hint + "\n";
  }
  return out;
}

/// "source>target" of each entry, with "[tags]" where keepTags is given and "*" for a default.
inline std::string entries_of(const k6apm::apm::Destination& d) {
  std::string out;
  for (const auto& e : d.entries) {
    if (!out.empty()) out += " ";
    out += e.source;
    if (e.target) out += ">" + *e.target;
    if (e.keep_tags) {
      out += "[";
      for (const auto& tag : *e.keep_tags) out += tag + ",";
      out += "]";
    }
    if (e.is_default) out += "*";
  }
  return out;
}

/// The first destination of `--apm JSON`.
inline k6apm::apm::ApmBlock given(const std::string& json) {
  return k6apm::apm::read_apm_argument(json, [](std::string_view) { return std::nullopt; });
}

}  // namespace reading
