#include "apm/options.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "apm/block.hpp"
#include "apm/literal.hpp"
#include "apm/options_export.hpp"

namespace k6apm::apm {

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw Error(ExitStatus::usage, "cannot open the options file: " + std::string(std::strerror(errno)), {},
                Location{path, 0, 0});
  }
  std::string text;
  std::string chunk(1 << 20, '\0');
  while (text.size() <= Source::max_bytes + 3) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk, 0, static_cast<std::size_t>(file.gcount()));
    if (!file) break;
  }
  if (file.bad() || (!file && !file.eof())) {
    throw Error(ExitStatus::usage, "cannot read the options file", {}, Location{path, 0, 0});
  }
  return text;
}

// JSON begins with { or [; a script that does so is no module with an export.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// The options of a JSON text: the whole, or `options` of a k6 archive's metadata.json.
const Value* options_of_json(const Source& source, const Value& whole) {
  const auto* object = whole.as<Object>();
  if (object == nullptr) {
    throw source.error(whole.begin, "an options file holds one object, not " + std::string(type_name(whole)));
  }
  const Value* inner = find(*object, "options").value;
  const bool has_own = find(*object, "ext").value != nullptr || find(*object, "cloud").value != nullptr;
  return inner != nullptr && !has_own ? inner : &whole;
}

}  // namespace

ApmBlock read_options_text(std::string_view text, const std::string& name, const Environment& env) {
  const Source source(text, name);
  ApmBlock block;
  block.json = "[]";
  const bool json = is_json(source.text());
  bool declared_only = false;
  const Value whole = json ? read_json_value(source) : read_script_options(source, env, declared_only);
  const Value& options = json ? *options_of_json(source, whole) : whole;
  if (declared_only) {
    block.notices.push_back({Severity::note,
                             Location{name, 0, 0},
                             "the script declares options but does not export them, so k6 does not use them",
                             {}});
  }
  if (const Value* apm = find_block(source, options, block)) read_block(source, *apm, block);
  return block;
}

ApmBlock read_options_file(const std::string& path, const Environment& env) {
  return read_options_text(read_file(path), path, env);
}

ApmBlock read_apm_argument(std::string_view argument, const Environment& env) {
  const bool from_file = !argument.empty() && argument.front() == '@';
  const std::string path(from_file ? argument.substr(1) : std::string_view());
  const std::string content = from_file ? read_file(path) : std::string(argument);
  const Source source(content, from_file ? path : "--apm");
  ApmBlock block;
  block.origin = Origin::given;
  const Value apm = read_apm_value(source, env);
  if (apm.as<Object>() == nullptr && apm.as<Array>() == nullptr) {
    throw source.error(apm.begin,
                       "an apm block is an object or a list of objects, not " + std::string(type_name(apm)));
  }
  read_block(source, apm, block);
  return block;
}

}  // namespace k6apm::apm
