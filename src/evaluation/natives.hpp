// The functions of JavaScript's own that the evaluator knows, in tables by what they belong to. Only those
// whose result depends on nothing but their arguments are there (ECMA-262, 19 to 25).
#pragma once

#include <span>
#include <string_view>

#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

struct NativeRow {
  std::string_view name{};
  Native function = nullptr;
  NativeTraits traits{};
};

constexpr NativeTraits k_plain{};
constexpr NativeTraits k_takes_unknown{true, false};
constexpr NativeTraits k_calls_back{false, true};

std::span<const NativeRow> string_methods();
std::span<const NativeRow> array_methods();
std::span<const NativeRow> object_methods();  ///< that every object has
std::span<const NativeRow> function_methods();
std::span<const NativeRow> number_methods();
std::span<const NativeRow> regex_methods();
std::span<const NativeRow> collection_methods();  ///< of Map and Set
std::span<const NativeRow> object_functions();    ///< Object.keys
std::span<const NativeRow> array_functions();     ///< Array.from
std::span<const NativeRow> number_functions();    ///< Number.isInteger
std::span<const NativeRow> math_functions();
std::span<const NativeRow> json_functions();
std::span<const NativeRow> global_functions();  ///< parseInt, String, require

/// A method that exists in JavaScript and is not followed: it may do anything with what it is given.
JsValue not_followed(Evaluator& evaluator, const NativeCall& call);

JsValue make_set(Evaluator& evaluator, const NativeCall& call);
JsValue make_map(Evaluator& evaluator, const NativeCall& call);

bool is_regex(const JsValue& value);
JsValue replace_matches(Evaluator& evaluator, const NativeCall& call, const std::string& text);
JsValue split_at_matches(Evaluator& evaluator, const NativeCall& call, const std::string& text);
JsValue match_regex(Evaluator& evaluator, const NativeCall& call);

// Arguments of a call as a native function wants them. All throw NotKnown.
std::string text_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i);
/// The text of a key; of a symbol its own.
std::string key_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i);
std::string text_of_self(Evaluator& evaluator, const NativeCall& call);
/// ToIntegerOrInfinity; `missing` where it is undefined.
double integer_argument(Evaluator& evaluator, const NativeCall& call, std::size_t i, double missing);
/// The array that `value` is.
JsObject& array_in(Evaluator& evaluator, const JsValue& value, Place place);
/// Whether the value is truthy.
bool truth_of(const JsValue& value);

}  // namespace k6apm::evaluation
