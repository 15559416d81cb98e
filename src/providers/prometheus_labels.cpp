// Specification: Prometheus remote write 1.0, "Labels": metric names are [a-zA-Z_:][a-zA-Z0-9_:]*, label
// names [a-zA-Z_][a-zA-Z0-9_]*, never repeated, and names beginning with __ are reserved. What surprises: a
// receiver answers 500 to a repeated label (Prometheus before 2.55) or drops the series with 204 (later), so
// two tags must never share a label; tag names of k6 are free text in every version.
#include "providers/prometheus_labels.hpp"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "text/printable.hpp"

namespace k6apm::providers {
namespace {

// Not <cctype>: the locale has no say in these names.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

bool is_metric_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  for (const char c : name) {
    if (!is_letter(c) && !is_digit(c) && c != ':') return false;
  }
  return true;
}

std::string sanitised_label(std::string_view tag) {
  std::string label;
  for (const char c : tag) {
    if (continues_code_point(c)) continue;
    label += is_letter(c) || is_digit(c) ? c : '_';
  }
  if (!label.empty() && is_digit(label.front())) label = '_' + label;
  if (label.starts_with("__")) label = fmt::format("tag{}", label);
  return label;
}

LabelNames::LabelNames(const std::set<std::string>& run_tags, const series::Tags& constant_tags) {
  std::set<std::string> constants;
  for (const auto& [name, value] : constant_tags) constants.insert(name);
  m_constant = claim(constants);
  m_run = claim(run_tags);
}

LabelNames::Names LabelNames::claim(const std::set<std::string>& tags) {
  Names names;
  std::vector<std::pair<std::string, std::string>> late;  // tag and the plain name that is taken
  for (const std::string& tag : tags) {
    std::string plain = sanitised_label(tag);
    if (plain.empty() || m_taken.insert(plain).second) {
      names.emplace(tag, std::move(plain));
    } else {
      late.emplace_back(tag, std::move(plain));
    }
  }
  // Only now, so that a suffix never takes a name that some tag has by itself.
  for (const auto& [tag, plain] : late) {
    std::size_t number = 2;
    const auto numbered = [&, &base = plain] {
      return sanitised_label(fmt::format("{}_{}", base, number));
    };  // "_" and "_2" are "__2"
    while (!m_taken.insert(numbered()).second) ++number;
    names.emplace(tag, numbered());
  }
  for (const auto& [tag, label] : names) {
    if (label.empty() || label == tag) continue;
    m_notices.push_back({Severity::note,
                         {},
                         fmt::format("tag \"{}\" is exported as label \"{}\"", text::printable(tag), label),
                         {},
                         "tags that are exported under another name"});
  }
  return names;
}

}  // namespace k6apm::providers
