// The files of a script: where they are, what they export, and in which order they run (ECMA-262, 16.2, and
// the CommonJS that k6 offers beside it).
#include <fmt/format.h>

#include <algorithm>

#include "evaluation/depth.hpp"
#include "evaluation/evaluator.hpp"
#include "script/json.hpp"

namespace k6apm::evaluation {

namespace {

constexpr std::size_t k_most_modules = 200;
constexpr std::size_t k_steps_of_a_file = 200;  // of looking for one, too
constexpr std::size_t k_json_bytes_of_a_step = 64;

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

// ./x, ../x, /x and file:///x; all others come from k6 or the network.
bool is_local(std::string_view file) {
  return file.substr(0, 2) == "./" || file.substr(0, 3) == "../" || file.substr(0, 1) == "/" ||
         file.substr(0, 7) == "file://" || file == "." || file == "..";
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

// Without ./ and ../ in the middle, so that a file has one name.
std::string normal(const std::string& path) {
  std::vector<std::string_view> parts;
  const bool absolute = path.substr(0, 1) == "/";
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = std::string_view(path).substr(begin, end - begin);
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != "." && !(part == ".." && absolute)) {
      parts.push_back(part);
    }
    begin = end + 1;
  }
  std::string out = absolute ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) out.append(i > 0 ? "/" : "").append(parts[i]);
  return out;
}

std::string path_from(std::string_view directory, std::string_view file) {
  constexpr std::string_view scheme = "file://";
  if (file.substr(0, scheme.size()) == scheme) file.remove_prefix(scheme.size());
  if (file.substr(0, 1) == "/") return normal(std::string(file));
  return normal(std::string(directory).append(file));
}

}  // namespace

Module& Evaluator::new_module(std::string path) {
  Module& module = m_modules.emplace_back();
  module.path = std::move(path);
  m_by_path.emplace(module.path, &module);
  return module;
}

Module& Evaluator::main_module(std::string text, const std::string& path) {
  Module& module = new_module(path);
  m_by_path.emplace(normal(path), &module);
  read_script(module, std::move(text));
  return module;
}

// Throws Error where the text cannot be cut into tokens.
void Evaluator::read_module(Module& module, std::string content) {
  if (!ends_with(module.path, ".json")) {
    read_script(module, std::move(content));
    return;
  }
  charge_bytes(content.size());
  module.text = std::move(content);
  module.source = std::make_unique<Source>(module.text, module.path);
  module.json = from_json(read_json(*module.source), {});
  module.state = ModuleState::done;
}

void Evaluator::read_script(Module& module, std::string content) {
  charge_bytes(content.size());
  module.text = std::move(content);
  module.source = std::make_unique<Source>(module.text, module.path);
  module.script = std::make_unique<Script>(*module.source);
}

// As k6 and bundlers find it: the name itself, then with an ending, then as a directory.
Module& Evaluator::resolve(Module& importer, const std::string& file, Place where) {
  if (!is_local(file)) {
    const auto known = m_by_path.find("\n" + file);  // no path begins so
    if (known != m_by_path.end()) return *known->second;
    Module& outside = new_module("\n" + file);
    outside.path = file;
    outside.unreadable = new_cause({}, {}, {});
    return outside;
  }
  const std::string path = path_from(directory_of(importer.path), file);
  static constexpr std::string_view endings[] = {"",     ".js",  ".ts",       ".json",
                                                 ".mjs", ".cjs", "/index.js", "/index.ts"};
  std::string why;
  for (const std::string_view ending : endings) {
    const std::string candidate = path + std::string(ending);
    if (const auto known = m_by_path.find(candidate); known != m_by_path.end()) return *known->second;
    if (m_modules.size() >= k_most_modules) {
      why = fmt::format("more than {} files are imported", k_most_modules);
      break;
    }
    charge(k_steps_of_a_file);
    FileContent content = m_files ? m_files(candidate) : FileContent{{}, false, "no files are read"};
    if (!content.text) {
      if (why.empty()) why = std::move(content.why);
      continue;
    }
    Module& module = new_module(candidate);
    try {
      read_module(module, std::move(*content.text));
    } catch (const Error& error) {
      module.unreadable = unknown(error.notice(), where).cause();
    }
    return module;
  }
  Module& missing = new_module(path);
  missing.unreadable = new_cause(where, fmt::format("{} {}", cleaned(path), why), {});
  return missing;
}

void Evaluator::run(Module& module) {
  if (module.state != ModuleState::fresh || module.unreadable != nullptr) return;
  module.state = ModuleState::evaluating;
  const Deeper deeper(*this);
  prepare(module);
  const std::vector<const Statement*>& statements = module.script->statements();
  Frame frame{&module, module.scope, {}};
  if (!module.is_es_module) frame.self = get(JsValue{module.common_js, {}}, std::string("exports"), {});
  hoist_variables(statements, frame);
  declare_block(statements, frame);
  // Imported files run first, whatever stands before the import.
  for (const Statement* statement : statements) {
    if (const auto* import = std::get_if<Import>(&statement->node))
      run_import(import->file, *statement, module);
    if (const auto* names = std::get_if<ExportNames>(&statement->node); names != nullptr && names->from)
      run_import(names->file, *statement, module);
    if (const auto* all = std::get_if<ExportAll>(&statement->node)) run_import(all->file, *statement, module);
  }
  for (const Statement* statement : statements) execute_top_level(*statement, frame);
  module.state = ModuleState::done;
}

void Evaluator::run_import(const std::string& file, const Statement& statement, Module& module) {
  Module& other = resolve(module, file, {module.source.get(), statement.range.begin, statement.range.end});
  try {
    run(other);
  } catch (const Stopped& stopped) {
    other.unreadable = stopped.cause;
  }
}

// Scope, CommonJS objects, imported and exported names.
void Evaluator::prepare(Module& module) {
  module.scope = new_scope(nullptr);
  Frame frame{&module, module.scope, {}};
  const Place where{module.source.get(), 0, 0};
  module.common_js = new_object(ObjectKind::plain, where);
  const JsValue exports = object(new_object(ObjectKind::plain, where), where);
  module.common_js->put("exports", exports, where);
  bind_name("module", object(module.common_js, where), Bind::declare, frame, where);
  bind_name("exports", exports, Bind::declare, frame, where);
  for (const Statement* statement : module.script->statements()) collect_exports(module, *statement);
}

void Evaluator::collect_exports(Module& module, const Statement& statement) {
  const Place where{module.source.get(), statement.range.begin, statement.range.end};
  if (const auto* import = std::get_if<Import>(&statement.node)) {
    module.is_es_module = true;
    Module& other = resolve(module, import->file, where);
    for (const ImportedName& name : import->names) {
      Binding& binding = module.scope->bindings[name.local];
      binding.from = &other;
      binding.imported = name.imported;
    }
  } else if (const auto* names = std::get_if<ExportNames>(&statement.node)) {
    module.is_es_module = true;
    Module* from = names->from ? &resolve(module, names->file, where) : nullptr;
    for (const ExportedName& name : names->names) module.exports[name.exported] = {name.local, from, {}};
  } else if (const auto* all = std::get_if<ExportAll>(&statement.node)) {
    module.is_es_module = true;
    Module& other = resolve(module, all->file, where);
    if (all->exported.empty()) {
      module.star_exports.push_back(&other);
    } else {
      module.exports[all->exported] = {"*", &other, {}};
    }
  } else if (const auto* declaration = std::get_if<ExportDeclaration>(&statement.node)) {
    module.is_es_module = true;
    std::vector<std::string> declared;
    names_declared_by(*declaration->declaration, declared);
    for (std::string& name : declared) module.exports[name] = {name, nullptr, {}};
  } else if (std::holds_alternative<ExportDefault>(statement.node)) {
    module.is_es_module = true;
  }
}

std::optional<JsValue> Evaluator::exported(Module& module, const std::string& name, Place where) {
  charge(2);
  const Deeper deeper(*this);
  if (module.unreadable != nullptr) {
    const Cause& cause = *module.unreadable;
    const bool is_outside = cause.why.empty() && !cause.error;
    if (!is_outside) return unknown(&cause, where);
    m_causes.push_back(Cause{where, {}, {}, false, true, {}});
    return JsValue{&m_causes.back(), where};
  }
  if (name == "*") return namespace_object(module, where);
  if (module.json) return name == "default" ? module.json : get(*module.json, name, where);
  const auto own = module.exports.find(name);
  if (own != module.exports.end()) {
    const ModuleExport& one = own->second;
    if (one.value) return one.value;
    if (one.from != nullptr) return exported(*one.from, one.local, where);
    Frame frame{&module, module.scope, {}};
    if (module.scope != nullptr && find_binding(one.local, frame) != nullptr)
      return read_name(one.local, where, frame);
    return unknown(where, fmt::format("{} is exported but not declared", cleaned(one.local)));
  }
  if (!module.is_es_module && module.common_js != nullptr) return exported_by_common_js(module, name, where);
  if (name == "default") return std::nullopt;
  std::optional<JsValue> found;
  for (Module* other : module.star_exports) {
    auto value = exported(*other, name, where);
    if (value && found) return unknown(where, fmt::format("two files export {}", cleaned(name)));
    if (value) found = std::move(value);
  }
  return found ? found : exported_by_unread(module, name);
}

// What could not be parsed may be where it is exported.
std::optional<JsValue> Evaluator::exported_by_unread(Module& module, const std::string& name) {
  for (const Statement* statement : module.script->statements()) {
    const auto* unread = std::get_if<Unread>(&statement->node);
    if (unread == nullptr) continue;
    const Frame frame{&module, module.scope, {}};
    const Mentions& mentions = mentions_in(frame, statement->range);
    const auto is_it = [&](const Mention& mention) { return mention.name == name; };
    if (std::any_of(mentions.names.begin(), mentions.names.end(), is_it))
      return unknown(unread->error, place(frame, statement->range));
  }
  return std::nullopt;
}

std::optional<JsValue> Evaluator::exported_by_common_js(Module& module, const std::string& name,
                                                        Place where) {
  const JsValue exports = get(object(module.common_js, where), std::string("exports"), where);
  if (exports.is_nothing()) return exported_by_unread(module, name);
  JsValue value = get(exports, name, where);
  if (value.as<JsUndefined>() == nullptr) return value;
  if (name == "default") return exports;
  return exported_by_unread(module, name);
}

JsValue Evaluator::namespace_object(Module& module, Place where, bool for_require) {
  if (module.json) return *module.json;
  if (module.unreadable != nullptr) return *exported(module, "default", where);
  if (!module.is_es_module && module.common_js != nullptr)
    return get(object(module.common_js, where), std::string("exports"), where);
  JsObject* made = new_object(ObjectKind::plain, where);
  for (Module* other : module.star_exports)
    copy_properties(*made, namespace_object(*other, where), where, {"default"});
  for (const auto& [name, one] : module.exports) {
    if (auto value = exported(module, name, where)) made->put(name, std::move(*value), where);
  }
  if (for_require) made->put("__esModule", boolean(true, where), where).enumerable = false;
  made->frozen = true;
  return object(made, where);
}

JsValue Evaluator::require(Module& importer, const std::string& file, Place where) {
  Module& module = resolve(importer, file, where);
  run(module);
  return namespace_object(module, where, true);
}

JsValue Evaluator::open_file(Module& opener, const std::string& file, Place where) {
  charge(k_steps_of_a_file);
  const std::string beside = path_from(directory_of(opener.path), file);
  FileContent content = m_files ? m_files(beside) : FileContent{{}, false, "no files are read"};
  if (!content.text) {
    JsValue result = unknown(where, fmt::format("{} {}", cleaned(beside), content.why));
    if (content.missing && m_tries > 0) throw_error(result.cause());
    note_risk(result.cause());
    return result;
  }
  JsValue value = text(std::move(*content.text), where);
  m_kept_texts.push_back(*value.as<JsString>());
  m_file_names.emplace(value.text(), beside);
  return value;
}

JsValue Evaluator::parse_json(const JsString& content, Place where) {
  const auto name = m_file_names.find(content.get());
  const bool is_file = name != m_file_names.end();
  m_kept_texts.push_back(content);
  const Source& source = m_texts.emplace_back(*content, is_file ? name->second : "JSON.parse");
  charge(content->size() / k_json_bytes_of_a_step);
  try {
    return from_json(read_json(source), is_file ? Place{} : where);
  } catch (const Error& error) {
    throw Thrown{unknown(where), is_file
                                     ? unknown(error.notice(), where).cause()
                                     : unknown(where, "the text is no JSON: " + error.notice().text).cause()};
  }
}

JsValue Evaluator::from_json(const Value& value, Place outer) {
  const Place where = outer.source != nullptr ? outer : Place{value.source, value.begin, value.end};
  if (const auto* list = value.as<Array>()) {
    std::vector<JsValue> elements;
    elements.reserve(list->size());
    for (const Value& element : *list) elements.push_back(from_json(element, outer));
    return new_array(std::move(elements), where);
  }
  if (const auto* members = value.as<Object>()) {
    JsObject* made = new_object(ObjectKind::plain, where);
    for (const Member& member : *members) {
      charge(1);
      JsValue inner = from_json(member.value, outer);
      const Place at = outer.source != nullptr ? outer : Place{value.source, member.begin, member.value.end};
      made->put(member.key, std::move(inner), at);
    }
    return object(made, where);
  }
  if (const auto* content = value.as<std::string>()) return text(*content, where);
  if (const auto* n = value.as<double>()) return number(*n, where);
  if (const auto* b = value.as<bool>()) return boolean(*b, where);
  return {JsNull{}, where};
}

// ---- Statements

Completion Evaluator::visit(const Import& /*n*/, const Statement& /*s*/, Frame& /*frame*/) { return {}; }
Completion Evaluator::visit(const ExportNames& /*n*/, const Statement& /*s*/, Frame& /*frame*/) { return {}; }
Completion Evaluator::visit(const ExportAll& /*n*/, const Statement& /*s*/, Frame& /*frame*/) { return {}; }

Completion Evaluator::visit(const ExportDeclaration& n, const Statement& /*s*/, Frame& frame) {
  return execute(*n.declaration, frame);
}

Completion Evaluator::visit(const ExportDefault& n, const Statement& s, Frame& frame) {
  JsValue value;
  if (n.value != nullptr) {
    value = evaluate(*n.value, frame);
  } else {
    const Completion completion = execute(*n.declaration, frame);
    const auto* function = std::get_if<FunctionDeclaration>(&n.declaration->node);
    const bool named = function != nullptr && !function->function->name.empty();
    value = named ? read_name(function->function->name, place(frame, s.range), frame)
                  : unknown(place(frame, s.range));
  }
  frame.module->exports["default"] = {{}, nullptr, value};
  return {};
}

Completion Evaluator::visit(const ExportAssignment& n, const Statement& s, Frame& frame) {
  JsValue value = evaluate(*n.value, frame);
  frame.module->common_js->put("exports", std::move(value), place(frame, s.range));
  return {};
}

}  // namespace k6apm::evaluation
