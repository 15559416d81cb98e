#include "cli/environment.hpp"

#include <unistd.h>

#include <cstdlib>
#include <set>

namespace k6apm::cli {

std::optional<std::string> variable(const Job& job, std::string_view name) {
  for (auto pair = job.env.rbegin(); pair != job.env.rend(); ++pair) {
    if (pair->first == name) return pair->second;
  }
  const char* value =
      std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe): before threads start
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::vector<std::string> variable_names(const Job& job) {
  std::set<std::string> names;
  for (const auto& [name, value] : job.env) names.insert(name);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    names.emplace(pair.substr(0, pair.find('=')));
  }
  return {names.begin(), names.end()};
}

}  // namespace k6apm::cli
