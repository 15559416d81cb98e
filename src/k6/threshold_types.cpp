#include "k6/threshold_types.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace k6apm::k6 {
namespace {

using series::MetricType;

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size()));
}

/// Takes the characters off the front that names, or else operators, consist of.
std::string_view take_word(std::string_view& text, std::string_view characters) {
  skip_blanks(text);
  const std::string_view taken = text.substr(0, text.find_first_not_of(characters));
  text.remove_prefix(taken.size());
  skip_blanks(text);
  return taken;
}

/// Whether `text`, which stands behind `rate`, compares it with what no share can be, or can just reach:
/// `>10`, `<= 5`, `>1`.
bool exceeds_a_share(std::string_view text) {
  const std::string_view operation = take_word(text, "<>=!");
  if (operation.empty()) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return false;
  return error == std::errc{} && (number > 1 || (number == 1 && operation == ">"));
}

/// Which aggregations there are.
struct Aggregations {
  bool of_trend = false;
  bool value = false;
  bool count = false;
  bool rate = false;
  bool rate_exceeds_a_share = false;

  void add(std::string_view expression) {
    const std::string_view name =
        take_word(expression, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.");
    const bool is_percentile = name == "p" && expression.starts_with('(');
    if (is_percentile || name == "avg" || name == "min" || name == "med" || name == "max") of_trend = true;
    if (name == "value") value = true;
    if (name == "count") count = true;
    if (name != "rate") return;
    rate = true;
    if (exceeds_a_share(expression)) rate_exceeds_a_share = true;
  }
};

}  // namespace

std::string_view metric_of_threshold(std::string_view key) { return key.substr(0, key.find('{')); }

std::optional<MetricType> type_of_thresholds(const std::vector<std::string_view>& expressions) {
  Aggregations found;
  for (const std::string_view expression : expressions) found.add(expression);
  const bool counts = found.count || found.rate;
  if (found.of_trend) return found.value || counts ? std::nullopt : std::optional(MetricType::trend);
  if (found.value) return counts ? std::nullopt : std::optional(MetricType::gauge);
  if (found.count) return MetricType::counter;
  if (!found.rate || found.rate_exceeds_a_share) return std::nullopt;
  return MetricType::rate;
}

}  // namespace k6apm::k6
