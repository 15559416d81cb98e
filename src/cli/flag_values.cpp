#include "cli/flag_values.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

namespace k6apm::cli {

void refuse_value(const std::string& value, std::string_view allowed) {
  throw std::invalid_argument(fmt::format("\"{}\" is not allowed: {}", value, allowed));
}

std::uint64_t whole_number(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    refuse_value(text, fmt::format("a whole number from {} to {} is", least, most));
  }
  return number;
}

double seconds(const std::string& text, double least) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr double k_day = 86400;
  if (error != std::errc{} || end != text.data() + text.size() || !(number >= least && number <= k_day)) {
    refuse_value(text, fmt::format("seconds from {} to {} are, fractions too", least, k_day));
  }
  return number;
}

std::pair<std::string, std::string> key_and_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw std::invalid_argument("KEY=VALUE is needed, such as region=eu");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Wish wish(const std::string& text) {
  if (text == "auto") return Wish::automatic;
  if (text == "always") return Wish::always;
  if (text == "never") return Wish::never;
  refuse_value(text, "auto, always and never are");
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    std::string item = text.substr(begin, comma - begin);
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.push_back(std::move(item));
    begin = comma + 1;
  }
  return items;
}

}  // namespace k6apm::cli
