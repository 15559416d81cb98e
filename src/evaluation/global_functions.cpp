// Numbers, Math, and functions without an object: parseInt, String, require, open (ECMA-262, 19.2 and 21).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "evaluation/natives.hpp"

namespace k6apm::evaluation {

namespace {

double number_argument(Evaluator& ev, const NativeCall& c, std::size_t i) {
  const JsValue value = c.argument(i);
  if (value.is_unknown()) throw NotKnown{value.cause()};
  if (value.object() == nullptr) return to_number(value);
  const Cause* cause = nullptr;
  const auto text = ev.text_of(value, cause);
  if (!text) throw NotKnown{cause};
  return text_number(*text);
}

// ---- Math

template <double (*F)(double)>
JsValue of_one(Evaluator& ev, const NativeCall& c) {
  return ev.number(F(number_argument(ev, c, 0)), c.place);
}

double round_half_up(double x) { return std::floor(x + 0.5); }
double sign_of(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double absolute(double x) { return std::fabs(x); }
double up(double x) { return std::ceil(x); }
double down(double x) { return std::floor(x); }
double whole(double x) { return std::trunc(x); }
double root(double x) { return std::sqrt(x); }

JsValue power(Evaluator& ev, const NativeCall& c) {
  return ev.number(std::pow(number_argument(ev, c, 0), number_argument(ev, c, 1)), c.place);
}

JsValue extreme(Evaluator& ev, const NativeCall& c, double best, bool wants_larger) {
  for (std::size_t i = 0; i < c.arguments.size(); ++i) {
    const double value = number_argument(ev, c, i);
    if (std::isnan(value) || std::isnan(best)) {
      best = k_not_a_number;
    } else if (wants_larger ? value > best : value < best) {
      best = value;
    }
  }
  return ev.number(best, c.place);
}

JsValue maximum(Evaluator& ev, const NativeCall& c) {
  return extreme(ev, c, -std::numeric_limits<double>::infinity(), true);
}
JsValue minimum(Evaluator& ev, const NativeCall& c) {
  return extreme(ev, c, std::numeric_limits<double>::infinity(), false);
}

// ---- Numbers

JsValue parse_float(Evaluator& ev, const NativeCall& c) {
  std::string text = text_argument(ev, c, 0);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size()));
  const bool negative = text.substr(0, 1) == "-";
  if (negative || text.substr(0, 1) == "+") text.erase(0, 1);
  if (text.substr(0, 8) == "Infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return ev.number(negative ? -infinity : infinity, c.place);
  }
  double value = 0;
  const bool starts_well = !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '.');
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) value = std::strtod(text.c_str(), nullptr);
  if (!starts_well || error == std::errc::invalid_argument) return ev.number(k_not_a_number, c.place);
  return ev.number(negative ? -value : value, c.place);
}

JsValue parse_int(Evaluator& ev, const NativeCall& c) {
  std::string text = text_argument(ev, c, 0);
  double radix = integer_argument(ev, c, 1, 0);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size()));
  const double sign = text.substr(0, 1) == "-" ? -1 : 1;
  if (text.substr(0, 1) == "-" || text.substr(0, 1) == "+") text.erase(0, 1);
  const bool is_hex = text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  if (is_hex && (radix == 0 || radix == 16)) {
    text.erase(0, 2);
    radix = 16;
  }
  if (radix == 0) radix = 10;
  if (radix < 2 || radix > 36) return ev.number(k_not_a_number, c.place);
  double value = 0;
  std::size_t digits = 0;
  for (const char letter : text) {
    const int digit = letter >= '0' && letter <= '9'   ? letter - '0'
                      : letter >= 'a' && letter <= 'z' ? letter - 'a' + 10
                      : letter >= 'A' && letter <= 'Z' ? letter - 'A' + 10
                                                       : 99;
    if (digit >= radix) break;
    value = value * radix + digit;
    ++digits;
  }
  return ev.number(digits == 0 ? k_not_a_number : sign * value, c.place);
}

JsValue is_nan(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(std::isnan(number_argument(ev, c, 0)), c.place);
}
JsValue is_finite(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(std::isfinite(number_argument(ev, c, 0)), c.place);
}

JsValue number_is_nan(Evaluator& ev, const NativeCall& c) {
  const auto* n = c.arguments.empty() ? nullptr : c.arguments[0].as<double>();
  return ev.boolean(n != nullptr && std::isnan(*n), c.place);
}
JsValue number_is_finite(Evaluator& ev, const NativeCall& c) {
  const auto* n = c.arguments.empty() ? nullptr : c.arguments[0].as<double>();
  return ev.boolean(n != nullptr && std::isfinite(*n), c.place);
}
JsValue number_is_integer(Evaluator& ev, const NativeCall& c) {
  const auto* n = c.arguments.empty() ? nullptr : c.arguments[0].as<double>();
  return ev.boolean(n != nullptr && std::isfinite(*n) && std::trunc(*n) == *n, c.place);
}

JsValue number_to_string(Evaluator& ev, const NativeCall& c) {
  const double radix = integer_argument(ev, c, 0, 10);
  if (radix == 10) return ev.text(text_of_self(ev, c), c.place);
  const auto* n = c.self.as<double>();
  constexpr double k_exact = 9007199254740992;  // 2^53
  if (n == nullptr || radix < 2 || radix > 36 || std::trunc(*n) != *n || std::fabs(*n) > k_exact)
    throw NotKnown{ev.unknown(c.place).cause()};
  std::string digits;
  auto rest = static_cast<std::uint64_t>(std::fabs(*n));
  do {
    digits.insert(0, 1, "0123456789abcdefghijklmnopqrstuvwxyz"[rest % static_cast<std::uint64_t>(radix)]);
    rest /= static_cast<std::uint64_t>(radix);
  } while (rest > 0);
  return ev.text(*n < 0 ? "-" + digits : digits, c.place);
}

// Of a tie JavaScript takes the larger, C++ the even one.
JsValue to_fixed(Evaluator& ev, const NativeCall& c) {
  constexpr double k_most_digits = 100;
  constexpr double k_largest = 1e21;
  const auto* n = c.self.as<double>();
  const double digits = integer_argument(ev, c, 0, 0);
  if (n == nullptr || digits < 0 || digits > k_most_digits || !(std::fabs(*n) < k_largest))
    throw NotKnown{ev.unknown(c.place).cause()};
  const double scaled = std::fabs(*n) * std::pow(10, digits);
  if (scaled - std::floor(scaled) == 0.5) throw NotKnown{ev.unknown(c.place).cause()};
  return ev.text(fmt::format("{:.{}f}", *n, static_cast<int>(digits)), c.place);
}

JsValue number_value(Evaluator& ev, const NativeCall& c) { return ev.number(*c.self.as<double>(), c.place); }

// ---- Conversions

JsValue to_text(Evaluator& ev, const NativeCall& c) {
  return ev.text(c.arguments.empty() ? "" : text_argument(ev, c, 0), c.place);
}
JsValue to_number_value(Evaluator& ev, const NativeCall& c) {
  return ev.number(c.arguments.empty() ? 0 : number_argument(ev, c, 0), c.place);
}
JsValue to_boolean(Evaluator& ev, const NativeCall& c) {
  return ev.boolean(is_truthy(c.argument(0)), c.place);
}

JsValue to_object(Evaluator& ev, const NativeCall& c) {
  if (c.argument(0).object() != nullptr) return c.argument(0);
  if (!c.argument(0).is_nothing()) throw NotKnown{ev.unknown(c.place).cause()};
  return ev.object(ev.new_object(ObjectKind::plain, c.place), c.place);
}

JsValue make_array(Evaluator& ev, const NativeCall& c) {
  constexpr double k_longest = 1e6;
  const auto* size = c.arguments.size() == 1 ? c.arguments[0].as<double>() : nullptr;
  if (size == nullptr) return ev.new_array(c.arguments, c.place);
  if (!(*size >= 0 && *size <= k_longest)) throw NotKnown{ev.unknown(c.place).cause()};
  return ev.new_array(std::vector<JsValue>(static_cast<std::size_t>(*size), hole()), c.place);
}

JsValue make_error(Evaluator& ev, const NativeCall& c) {
  JsObject* made = ev.new_object(ObjectKind::plain, c.place);
  const bool has_message = c.argument(0).as<JsUndefined>() == nullptr;
  made->put("message", ev.text(has_message ? text_argument(ev, c, 0) : "", c.place), c.place).enumerable =
      false;
  made->put("name", ev.text("Error", c.place), c.place).enumerable = false;
  return ev.object(made, c.place);
}

// ---- Texts in URLs (ECMA-262, 19.2.6)

std::string encoded(const std::string& text, std::string_view kept) {
  std::string out;
  for (const char letter : text) {
    const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || kept.find(letter) != std::string_view::npos;
    out += plain ? std::string(1, letter)
                 : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(letter)));
  }
  return out;
}

JsValue encode_component(Evaluator& ev, const NativeCall& c) {
  return ev.text(encoded(text_argument(ev, c, 0), "-_.!~*'()"), c.place);
}
JsValue encode_uri(Evaluator& ev, const NativeCall& c) {
  return ev.text(encoded(text_argument(ev, c, 0), "-_.!~*'();/?:@&=+$,#"), c.place);
}

JsValue decode_component(Evaluator& ev, const NativeCall& c) {
  const std::string text = text_argument(ev, c, 0);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view hex = std::string_view(text).substr(i + 1, 2);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() != 2 || error != std::errc{} || end != hex.data() + 2)
      throw NotKnown{ev.unknown(c.place).cause()};
    out += static_cast<char>(value);
    i += 2;
  }
  return ev.text(std::move(out), c.place);
}

// ---- Files

JsValue require_file(Evaluator& ev, const NativeCall& c) {
  if (c.caller == nullptr) throw NotKnown{ev.unknown(c.place).cause()};
  return ev.require(*c.caller, text_argument(ev, c, 0), c.place);
}

JsValue open_file(Evaluator& ev, const NativeCall& c) {
  if (c.caller == nullptr || c.arguments.size() > 1) throw NotKnown{ev.unknown(c.place).cause()};
  return ev.open_file(*c.caller, text_argument(ev, c, 0), c.place);
}

}  // namespace

std::span<const NativeRow> number_methods() {
  static constexpr NativeRow rows[] = {{"toString", number_to_string, k_plain},
                                       {"toFixed", to_fixed, k_plain},
                                       {"valueOf", number_value, k_plain}};
  return rows;
}

std::span<const NativeRow> number_functions() {
  static constexpr NativeRow rows[] = {
      {"isInteger", number_is_integer, k_plain}, {"isFinite", number_is_finite, k_plain},
      {"isNaN", number_is_nan, k_plain},         {"parseFloat", parse_float, k_plain},
      {"parseInt", parse_int, k_plain},
  };
  return rows;
}

std::span<const NativeRow> math_functions() {
  static constexpr NativeRow rows[] = {
      {"floor", of_one<down>, k_plain},
      {"ceil", of_one<up>, k_plain},
      {"round", of_one<round_half_up>, k_plain},
      {"trunc", of_one<whole>, k_plain},
      {"abs", of_one<absolute>, k_plain},
      {"sqrt", of_one<root>, k_plain},
      {"sign", of_one<sign_of>, k_plain},
      {"pow", power, k_plain},
      {"max", maximum, k_plain},
      {"min", minimum, k_plain},
  };
  return rows;
}

std::span<const NativeRow> global_functions() {
  static constexpr NativeRow rows[] = {
      {"parseInt", parse_int, k_plain},
      {"parseFloat", parse_float, k_plain},
      {"isNaN", is_nan, k_plain},
      {"isFinite", is_finite, k_plain},
      {"String", to_text, k_plain},
      {"Number", to_number_value, k_plain},
      {"Boolean", to_boolean, k_plain},
      {"Object", to_object, k_plain},
      {"Array", make_array, k_takes_unknown},
      {"Set", make_set, k_calls_back},
      {"Map", make_map, k_calls_back},
      {"Error", make_error, k_plain},
      {"encodeURIComponent", encode_component, k_plain},
      {"encodeURI", encode_uri, k_plain},
      {"decodeURIComponent", decode_component, k_plain},
      {"require", require_file, k_plain},
      {"open", open_file, k_plain},
  };
  return rows;
}

}  // namespace k6apm::evaluation
