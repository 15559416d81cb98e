#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apm/block.hpp"
#include "script/value.hpp"

namespace k6apm::apm {

namespace {

/// Says that `value`, which `what` names, is no such thing or not known.
void pass_over(const Value& value, const std::string& what, std::vector<Notice>& notices) {
  Notice notice{Severity::warning,
                value.where(),
                fmt::format("{} is {}, and no threshold", what, script::type_name(value)),
                {}};
  if (value.as<Unknown>() != nullptr) notice = not_readable(value, what).notice();
  notice.severity = Severity::warning;
  notice.text += ": left out";
  notices.push_back(std::move(notice));
}

// "p(95)<500" of "p(95)<500" and of { threshold: "p(95)<500", abortOnFail: true }; else what stands there.
const Value& expression_in(const Value& value) {
  const auto* object = value.as<Object>();
  const Value* text = object == nullptr ? nullptr : find(*object, "threshold").value;
  return text == nullptr ? value : *text;
}

std::vector<std::string> expressions_in(const Value& value, const std::string& metric,
                                        std::vector<Notice>& notices) {
  std::vector<std::string> expressions;
  const auto add = [&](const Value& element) {
    const Value& expression = expression_in(element);
    const auto* const text = expression.as<std::string>();
    if (text == nullptr) return pass_over(expression, "a threshold of " + metric, notices);
    if (!text->empty()) expressions.push_back(*text);
  };
  if (const auto* list = value.as<Array>()) {
    for (const Value& element : *list) add(element);
  } else if (value.is_set()) {
    add(value);
  }
  return expressions;
}

}  // namespace

void read_thresholds(const Value& options, ApmBlock& block) {
  std::vector<Notice>& notices = block.threshold_notices;
  const auto* object = options.as<Object>();
  const Found found = object == nullptr ? Found{} : find(*object, "thresholds");
  const Value* const value = object == nullptr ? &options : found.value;
  if (found.hidden != nullptr) {
    notices.push_back({Severity::warning, found.hidden->where(),
                       "what stands here may hold the thresholds, and is not known: they are left out",
                       k_ask_k6_advice});
  }
  if (value == nullptr || !value->is_set()) return;
  const auto* metrics = object == nullptr ? nullptr : value->as<Object>();
  if (metrics == nullptr) return pass_over(*value, "what the thresholds stand in", notices);
  // From the end: of equal keys the last counts, and a key that is not known could be any of those before it.
  std::set<std::string_view> seen;
  std::vector<Thresholds> all;
  for (auto member = metrics->rbegin(); member != metrics->rend(); ++member) {
    if (!member->key_known) {
      notices.push_back({Severity::warning, member->where(),
                         "the metric of a threshold is not known: left out, with those before it",
                         k_ask_k6_advice});
      break;
    }
    if (!seen.insert(member->key).second) continue;
    std::vector<std::string> expressions = expressions_in(member->value, member->key, notices);
    if (!expressions.empty()) all.push_back({member->key, std::move(expressions), member->where()});
  }
  std::reverse(all.begin(), all.end());
  block.thresholds = std::move(all);
}

}  // namespace k6apm::apm
