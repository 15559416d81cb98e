#include "apm/destination.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace k6apm::apm {

namespace {

std::string_view target_prefix(ProviderKind kind) {
  switch (kind) {
    case ProviderKind::prometheus:
      return "k6_";
    case ProviderKind::datadog:
      return "k6.";
    case ProviderKind::cloud:
      break;
  }
  return "";
}

// Whether some metric that the entry selects has this target.
bool may_have_target(const Entry& entry, ProviderKind kind, std::string_view target) {
  if (entry.target) return *entry.target == target;
  const std::string_view prefix = target_prefix(kind);
  if (target.substr(0, prefix.size()) != prefix) return false;
  const std::string_view name = target.substr(prefix.size());
  return !name.empty() && entry.selector.matches_name(name);
}

}  // namespace

std::string Destination::place() const {
  return kind == ProviderKind::cloud ? "cloud" : fmt::format("apm[{}]", index);
}

std::string Destination::default_target(std::string_view metric) const {
  return std::string(target_prefix(kind)).append(metric);
}

bool Destination::target_of_any(std::string_view target) const {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const Entry& entry) { return may_have_target(entry, kind, target); });
}

std::optional<std::string> Destination::target_of(std::size_t entry, std::string_view metric) const {
  const Entry& wanted = entries.at(entry);
  if (!wanted.selector.matches_name(metric)) return std::nullopt;
  std::string target = wanted.target.value_or(default_target(metric));
  // The order of the entries is their precedence: what the block lists, then the defaults.
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(entry);
  const bool taken = std::any_of(
      entries.begin(), end, [&](const Entry& earlier) { return may_have_target(earlier, kind, target); });
  if (taken) return std::nullopt;
  return target;
}

}  // namespace k6apm::apm
