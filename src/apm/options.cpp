#include "apm/options.hpp"

#include <fmt/format.h>

#include "apm/archive.hpp"
#include "apm/block.hpp"
#include "apm/options_bytes.hpp"
#include "evaluation/exported.hpp"
#include "script/json.hpp"

namespace k6apm::apm {

namespace {

// JSON begins with { or [; a script that does so is no module with an export.
bool is_json(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
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

// Whatever is wrong in what stands beside it, the block is the same.
void read_options(const Value& options, const Value& beside, const Environment& env, ApmBlock& block) {
  if (const Value* apm = find_block(options, block)) read_block(*apm, block, env);
  read_thresholds(beside, block);
  read_cloud_options(beside, block);
}

// What k6 says about the script; `why` is the reason to ask it.
ApmBlock read_answer_of_k6(const std::string& k6, const std::string& path, const ReadSettings& settings,
                           const Notice& why) {
  const std::string json = ask_k6_inspect(k6, path, {settings.given, settings.interrupted});
  try {
    ApmBlock block = read_options_text(json, "k6 inspect " + path, settings.env, local_files());
    block.notices.insert(block.notices.begin(),
                         {Severity::note, why.where, "asked k6 inspect: " + why.text, {}});
    return block;
  } catch (const Error& wrong) {
    throw Error(wrong.status(), "what k6 inspect printed cannot be read: " + wrong.notice().text, {},
                wrong.notice().where);
  }
}

ApmBlock read_script_by_k6(bool comes_again, const std::string& path, const ReadSettings& settings) {
  const Location place{path, 0, 0};
  if (!comes_again) {
    throw Error(ExitStatus::usage, "comes only once and cannot be read by k6 inspect too",
                "give the script as a file", place);
  }
  const std::string k6 = find_k6();
  if (k6.empty()) {
    throw Error(ExitStatus::usage, "--inspect always needs k6, which is not on the PATH",
                "leave --inspect out to read the script without k6", place);
  }
  return read_answer_of_k6(k6, path, settings, {Severity::note, place, "as --inspect always says"});
}

// Reads the script, and asks k6 where that is not possible.
ApmBlock read_script(bool comes_again, const std::string& text, const std::string& path,
                     const ReadSettings& settings) {
  try {
    return read_options_text(text, path, settings.env, local_files());
  } catch (const Error& unread) {
    const bool may_ask = settings.inspect == Inspect::automatic && comes_again;
    const std::string k6 = may_ask ? find_k6() : std::string();
    if (k6.empty()) throw;
    try {
      return read_answer_of_k6(k6, path, settings, unread.notice());
    } catch (const Error& failed) {
      if (failed.status() == ExitStatus::interrupted) throw;
      throw Error(
          unread.status(), fmt::format("{}; {}", unread.notice().text, failed.notice().text),
          "see that `k6 inspect SCRIPT` prints the options, or write the apm block without what is not known",
          unread.notice().where);
    }
  }
}

}  // namespace

evaluation::Files local_files() {
  return [](const std::string& path) {
    evaluation::FileContent content = evaluation::read_local_file(path);
    if (!content.text) return content;
    try {
      content.text = text_of(FileStart{std::move(*content.text), false, true}, path);
    } catch (const Error& error) {
      content = {std::nullopt, false, error.notice().text};
    }
    return content;
  };
}

ApmBlock read_options_text(const std::string& text, const std::string& name, const Environment& env,
                           const evaluation::Files& files) {
  ApmBlock block;
  block.json = "[]";
  if (is_json(text)) {
    const Source source(text, name);
    const Value whole = script::read_json(source);
    const Value& options = *options_of_json(source, whole);
    read_options(options, options, env, block);
    return block;
  }
  const evaluation::Parts parts = {{{"cloud", "apm"}, {"ext", "loadimpact", "apm"}},
                                   {{"thresholds"}, {"systemTags"}, {"cloud"}, {"ext", "loadimpact"}}};
  const evaluation::Exported exported = evaluation::read_export(text, name, "options", parts, files, env);
  if (exported.declared_only) {
    block.notices.push_back({Severity::note,
                             Location{name, 0, 0},
                             "the script declares options but does not export them, so k6 does not use them",
                             {}});
  }
  read_options(exported.value, exported.beside, env, block);
  return block;
}

ApmBlock read_options_file(const std::string& path, const ReadSettings& settings) {
  FileStart file = read_start(path, settings.interrupted);
  if (is_archive(file.bytes))
    return read_options_text(metadata_of_archive(file, path), path + ":metadata.json", settings.env,
                             local_files());
  const bool comes_again = file.comes_again;
  const std::string text = text_of(std::move(file), path);
  if (is_json(text)) return read_options_text(text, path, settings.env, local_files());
  if (settings.inspect == Inspect::always) return read_script_by_k6(comes_again, path, settings);
  return read_script(comes_again, text, path, settings);
}

ApmBlock read_apm_argument(std::string_view argument, const Environment& env) {
  const bool from_file = !argument.empty() && argument.front() == '@';
  const std::string path(from_file ? argument.substr(1) : std::string_view());
  const std::string content = from_file ? text_of(read_start(path, nullptr), path) : std::string(argument);
  ApmBlock block;
  block.origin = Origin::given;
  const evaluation::Exported given = evaluation::read_expression(content, from_file ? path : "--apm", env);
  const Value& apm = given.value;
  if (apm.as<Unknown>() != nullptr) throw not_readable(apm, "the apm block");
  if (apm.as<Object>() == nullptr && apm.as<Array>() == nullptr) {
    throw Error(ExitStatus::usage,
                "an apm block is an object or a list of objects, not " + std::string(type_name(apm)), {},
                apm.where());
  }
  read_block(apm, block, env);
  return block;
}

ApmBlock read_environment(const Environment& env) {
  const std::string name(k_server_url_variable);
  ApmBlock block;
  block.origin = Origin::environment;
  const Source source(R"([{"provider":"prometheus"}])", name);
  read_block(script::read_json(source), block, env);
  // There is no text that a person could look at.
  block.where = {name};
  for (Destination& destination : block.destinations) {
    destination.where = {name};
    for (Setting& setting : destination.settings) {
      if (setting.where && setting.where->file == name) setting.where = {name};
    }
  }
  for (Notice& notice : block.notices) {
    if (notice.where.file == name) notice.where = {name};
  }
  return block;
}

}  // namespace k6apm::apm
