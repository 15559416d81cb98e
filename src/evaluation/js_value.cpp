#include "evaluation/js_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace k6apm::evaluation {

namespace {

constexpr std::size_t k_indexed_from = 24;  // properties; below, looking through them is as fast

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

double prefixed_number(std::string_view digits, int base) {
  double value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : base;
    if (digit >= base) return k_not_a_number;
    value = value * base + digit;
  }
  return digits.empty() ? k_not_a_number : value;
}

}  // namespace

JsProperty* JsObject::find(std::string_view key, bool& hidden) {
  hidden = false;
  if (!index.empty()) {
    const auto found = index.find(std::string(key));
    return found == index.end() ? nullptr : &properties[found->second];
  }
  for (std::size_t i = properties.size(); i > 0; --i) {
    JsProperty& property = properties[i - 1];
    if (!property.key_known) {
      hidden = true;
      return &property;
    }
    if (property.key == key) return &property;
  }
  return nullptr;
}

JsProperty& JsObject::put(std::string key, JsValue value, Place where) {
  bool hidden = false;
  if (JsProperty* property = find(key, hidden); property != nullptr && !hidden) {
    property->value = std::move(value);
    property->getter = property->setter = nullptr;
    property->place = where;
    return *property;
  }
  const auto all_known = [this] {
    return std::all_of(properties.begin(), properties.end(), [](const JsProperty& p) { return p.key_known; });
  };
  if (!index.empty()) {
    index.emplace(key, properties.size());
  } else if (properties.size() >= k_indexed_from && !hidden && all_known()) {
    for (std::size_t i = 0; i < properties.size(); ++i) index.emplace(properties[i].key, i);
    index.emplace(key, properties.size());
  }
  JsProperty& property = properties.emplace_back();
  property.key = std::move(key);
  property.value = std::move(value);
  property.place = where;
  return property;
}

void JsObject::erase(std::string_view key) {
  index.clear();
  const bool hides =
      std::any_of(properties.begin(), properties.end(), [](const JsProperty& p) { return !p.key_known; });
  if (hides) {  // an earlier key that is not known may be this one: undefined is as good as none
    put(std::string(key), {}, {});
    return;
  }
  std::erase_if(properties, [&](const JsProperty& p) { return p.key == key; });
}

void JsObject::hide(const Cause* cause, Place where) {
  index.clear();
  JsProperty& property = properties.emplace_back();
  property.key_known = false;
  property.value.data = cause;
  property.place = where;
}

JsValue filled(JsValue element) {
  if (element.is_hole()) element.data = JsUndefined{};
  return element;
}

JsValue hole() { return {JsUndefined{{}, true}, {}}; }

std::string_view type_of(const JsValue& value) {
  if (const JsObject* object = value.object()) {
    const bool callable = object->kind == ObjectKind::closure || object->native != nullptr;
    return callable ? "function" : "object";
  }
  static constexpr std::string_view names[] = {"undefined", "object", "boolean", "number", "string"};
  return names[value.data.index()];
}

bool is_truthy(const JsValue& value) {
  if (const auto* b = value.as<bool>()) return *b;
  if (const auto* n = value.as<double>()) return *n != 0 && !std::isnan(*n);
  if (const auto* text = value.text()) return !text->empty();
  return value.object() != nullptr;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return "0";
  // The shortest digits d1 d2 ... dk that tell the number: d1.d2...dk times 10^exponent.
  char buffer[40];
  const auto written =
      std::to_chars(std::begin(buffer), std::end(buffer), std::fabs(value), std::chars_format::scientific);
  const std::string scientific(std::begin(buffer), written.ptr);
  const std::size_t e = scientific.find('e');
  int exponent = 0;
  const std::size_t sign = scientific[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(scientific.data() + sign, scientific.data() + scientific.size(), exponent);
  std::string digits = scientific.substr(0, e);
  std::erase(digits, '.');
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // where the decimal point stands in the digits
  std::string text;
  if (point >= count && point <= 21) {
    text = digits + std::string(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0 && point <= 21) {
    text = digits.insert(static_cast<std::size_t>(point), ".");
  } else if (point > -6 && point <= 0) {
    text = "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    text = digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") +
           fmt::format("e{}{}", exponent < 0 ? "-" : "+", std::abs(exponent));
  }
  return value < 0 ? "-" + text : text;
}

double text_number(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return 0;
  if (text.size() > 2 && text[0] == '0') {
    const char kind = text[1];
    if (kind == 'x' || kind == 'X') return prefixed_number(text.substr(2), 16);
    if (kind == 'o' || kind == 'O') return prefixed_number(text.substr(2), 8);
    if (kind == 'b' || kind == 'B') return prefixed_number(text.substr(2), 2);
  }
  const double sign = text.front() == '-' ? -1 : 1;
  if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
  if (text == "Infinity") return sign * std::numeric_limits<double>::infinity();
  const bool starts_well =
      !text.empty() && ((text.front() >= '0' && text.front() <= '9') || text.front() == '.');
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!starts_well || end != text.data() + text.size() || error == std::errc::invalid_argument)
    return k_not_a_number;
  if (error == std::errc::result_out_of_range) value = std::strtod(std::string(text).c_str(), nullptr);
  return sign * value;
}

double to_number(const JsValue& value) {
  if (const auto* b = value.as<bool>()) return *b ? 1 : 0;
  if (const auto* n = value.as<double>()) return *n;
  if (const auto* text = value.text()) return text_number(*text);
  return value.as<JsNull>() != nullptr ? 0 : k_not_a_number;
}

bool strictly_equal(const JsValue& a, const JsValue& b) {
  if (a.data.index() != b.data.index()) return false;
  if (const auto* n = a.as<double>()) return *n == *b.as<double>();
  if (const auto* v = a.as<bool>()) return *v == *b.as<bool>();
  if (const auto* text = a.text()) return *text == *b.text();
  if (a.object() != nullptr) return a.object() == b.object();
  return true;
}

}  // namespace k6apm::evaluation
