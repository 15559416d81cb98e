#include "k6/run_state.hpp"

#include <fmt/format.h>

namespace k6apm::k6 {
namespace {

const StateOption* find(const std::vector<StateOption>& options, const std::string& name) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const auto& o) { return o.name == name; });
  return found == options.end() ? nullptr : &*found;
}

}  // namespace

std::string difference(const std::vector<StateOption>& then, const std::vector<StateOption>& now) {
  for (const StateOption& option : now) {
    const StateOption* const before = find(then, option.name);
    if (before == nullptr) return fmt::format("{} is {} and was not there", option.name, option.value);
    if (*before != option)
      return fmt::format("{} is {} and was {}", option.name, option.value, before->value);
  }
  for (const StateOption& option : then) {
    if (find(now, option.name) == nullptr)
      return fmt::format("{} was {} and is not there", option.name, option.value);
  }
  return {};
}

}  // namespace k6apm::k6
