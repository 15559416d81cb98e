#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "apm/block.hpp"

namespace k6apm::apm {

namespace {

// "p(95)<500" of "p(95)<500" and of { threshold: "p(95)<500", abortOnFail: true }; null where there is none.
const std::string* expression_in(const Value& value) {
  const auto* object = value.as<Object>();
  const Value* text = object == nullptr ? &value : find(*object, "threshold").value;
  return text == nullptr ? nullptr : text->as<std::string>();
}

std::vector<std::string> expressions_in(const Value& value) {
  std::vector<std::string> expressions;
  const auto add = [&expressions](const Value& element) {
    const std::string* expression = expression_in(element);
    if (expression != nullptr && !expression->empty()) expressions.push_back(*expression);
  };
  if (const auto* list = value.as<Array>()) {
    for (const Value& element : *list) add(element);
  } else {
    add(value);
  }
  return expressions;
}

}  // namespace

std::vector<Thresholds> read_thresholds(const Value& options) {
  const auto* object = options.as<Object>();
  const Value* value = object == nullptr ? nullptr : find(*object, "thresholds").value;
  const auto* metrics = value == nullptr ? nullptr : value->as<Object>();
  std::vector<Thresholds> all;
  if (metrics == nullptr) return all;
  // From the end: of equal keys the last counts, and a key that is not known could be any of those before it.
  std::set<std::string_view> seen;
  for (auto member = metrics->rbegin(); member != metrics->rend() && member->key_known; ++member) {
    if (!seen.insert(member->key).second) continue;
    std::vector<std::string> expressions = expressions_in(member->value);
    if (!expressions.empty()) all.push_back({member->key, std::move(expressions)});
  }
  std::reverse(all.begin(), all.end());
  return all;
}

}  // namespace k6apm::apm
