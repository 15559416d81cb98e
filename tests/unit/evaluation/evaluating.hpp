// Scripts evaluated from memory, and their values as one line of text.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "error.hpp"
#include "evaluation/exported.hpp"
#include "evaluation/js_value.hpp"

namespace k6apm::evaluation {

inline std::string shown(const script::Value& value) {
  if (const auto* text = value.as<std::string>()) return fmt::format("'{}'", *text);
  if (const auto* n = value.as<double>()) return number_text(*n);
  if (const auto* b = value.as<bool>()) return *b ? "true" : "false";
  if (value.as<script::Null>() != nullptr) return "null";
  if (const auto* undefined = value.as<script::Undefined>())
    return undefined->variable.empty() ? "undefined" : "undefined(" + undefined->variable + ")";
  if (const auto* unknown = value.as<script::Unknown>()) {
    const Location where = value.where();
    const std::string text =
        value.source == nullptr
            ? ""
            : std::string(value.source->text().substr(value.begin, value.end - value.begin));
    return fmt::format("?{}:{} {}{}", where.line, where.column, text,
                       unknown->why.empty() ? "" : " - " + unknown->why);
  }
  std::string out;
  if (const auto* array = value.as<script::Array>()) {
    for (const script::Value& element : *array) out += (out.empty() ? "" : ", ") + shown(element);
    return "[" + out + "]";
  }
  for (const script::Member& member : *value.as<script::Object>())
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", member.key_known ? member.key : "?",
                       shown(member.value));
  return "{" + out + "}";
}

using Texts = std::map<std::string, std::string>;

/// Of the export `options` of main.js, which may import the other files.
inline std::string options_of(const std::string& script, const Texts& files = {}) {
  const auto read = [&files](const std::string& path) -> FileContent {
    const auto found = files.find(path);
    if (found == files.end()) return {std::nullopt, true, "cannot be opened"};
    return {found->second, false, {}};
  };
  const auto environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "URL") return "http://x/";
    if (name == "LIST") return "a, b";
    return std::nullopt;
  };
  try {
    return shown(read_export(script, "main.js", "options", {}, read, environment).value);
  } catch (const Error& error) {
    return fmt::format("{}:{} {}", error.notice().where.line, error.notice().where.column,
                       error.notice().text);
  }
}

/// Of an expression in a script.
inline std::string value_of(const std::string& expression) {
  return options_of("export const options = (" + expression + "\n);");
}

}  // namespace k6apm::evaluation
