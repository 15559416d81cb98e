#include "apm/block.hpp"

#include <fmt/format.h>

#include "script/literals.hpp"

namespace k6apm::apm {

namespace {

// The object `value`, or null where there is none; Error where it is an expression, notice where it is of
// another type.
const Object* object_at(const Value& value, std::string_view path, ApmBlock& block) {
  if (value.as<Unknown>() != nullptr) {
    throw not_readable(value, path);
  }
  if (!value.is_set()) return nullptr;
  const auto* object = value.as<Object>();
  if (object == nullptr) {
    block.notices.push_back({Severity::warning,
                             value.where(),
                             fmt::format("{} must be an object, not {}", path, type_name(value)),
                             {}});
  }
  return object;
}

// The member, which must be known. Null where the key is missing.
const Value* known_member(const Object& object, std::string_view key, std::string_view path) {
  const Found found = find(object, key);
  if (found.hidden != nullptr) {
    throw not_readable(found.hidden->value, fmt::format("{}.{}", path, key));
  }
  return found.value;
}

const Value* block_in_ext(const Object& options, ApmBlock& block) {
  const Value* ext = known_member(options, "ext", "options");
  const Object* ext_object = ext == nullptr ? nullptr : object_at(*ext, "options.ext", block);
  if (ext_object == nullptr) return nullptr;
  const Value* loadimpact = known_member(*ext_object, "loadimpact", "options.ext");
  const Object* inner =
      loadimpact == nullptr ? nullptr : object_at(*loadimpact, "options.ext.loadimpact", block);
  return inner == nullptr ? nullptr : known_member(*inner, "apm", "options.ext.loadimpact");
}

// Whether options.ext.loadimpact.apm is there, without insisting on knowing it.
bool has_block_in_ext(const Object& options) {
  const Value* value = find(options, "ext").value;
  for (const std::string_view key : {"loadimpact", "apm"}) {
    const auto* object = value == nullptr ? nullptr : value->as<Object>();
    value = object == nullptr ? nullptr : find(*object, key).value;
  }
  return value != nullptr;
}

const Value* block_in_cloud(const Object& options, const Value& cloud, ApmBlock& block) {
  const Object* object = object_at(cloud, "options.cloud", block);
  const Value* apm = object == nullptr ? nullptr : known_member(*object, "apm", "options.cloud");
  if (apm == nullptr && has_block_in_ext(options)) {
    block.notices.push_back(
        {Severity::note, cloud.where(),
         "options.cloud is present and has no apm block; as in k6, options.ext.loadimpact.apm "
         "does not count then",
         "move the apm block to options.cloud"});
  }
  return apm;
}

// Throws where a part of the block is not known, or where it is larger than any block that people write.
class KnownChecker {
 public:
  void check(const Value& value, const std::string& path) {
    if (++m_count > k_most_values) {
      throw Error(ExitStatus::usage, fmt::format("the apm block holds more than {} values", k_most_values),
                  {}, value.where());
    }
    if (value.as<Unknown>() != nullptr) throw not_readable(value, path);
    if (const auto* array = value.as<Array>()) {
      for (std::size_t i = 0; i < array->size(); ++i) check((*array)[i], fmt::format("{}[{}]", path, i));
    }
    if (const auto* object = value.as<Object>()) {
      for (const Member& member : *object) {
        if (!member.key_known) throw not_readable(member.value, path);
        check(member.value, fmt::format("{}.{}", path, cleaned(member.key)));
      }
    }
  }

 private:
  static constexpr std::size_t k_most_values = 20'000;
  std::size_t m_count = 0;
};

/// Reads one object; what is said about it is marked as being about it.
void add_destination(const Value& value, ApmBlock& block, const evaluation::Environment& env) {
  const std::size_t index = block.destinations.size();
  const std::size_t said = block.notices.size();
  block.destinations.push_back(read_destination(value, index, env, block.notices));
  for (std::size_t i = said; i < block.notices.size(); ++i) block.notices[i].destination = index;
}

}  // namespace

Error not_readable(const Value& value, std::string_view what) {
  const auto& unknown = *value.as<Unknown>();
  if (unknown.error) {
    return {ExitStatus::usage, unknown.error->text, unknown.error->hint, unknown.error->where};
  }
  std::string text = fmt::format("{} depends on", what);
  if (value.source != nullptr && value.begin < value.end)
    text += fmt::format(" `{}`", script::shown_expression(*value.source, value.begin, value.end));
  text += unknown.why.empty() ? ", which is not known without running the script" : ": " + unknown.why;
  const bool k6_knows = unknown.why.empty() || unknown.too_much;
  return {ExitStatus::usage, std::move(text), k6_knows ? k_ask_k6_advice : unknown.hint, value.where()};
}

const Value* find_block(const Value& options, ApmBlock& block) {
  const Object* object = object_at(options, "options", block);
  if (object == nullptr) return nullptr;
  const Value* cloud = known_member(*object, "cloud", "options");
  const Value* apm = cloud != nullptr ? block_in_cloud(*object, *cloud, block) : block_in_ext(*object, block);
  if (apm != nullptr) block.origin = cloud != nullptr ? Origin::cloud : Origin::ext_loadimpact;
  return apm;
}

void read_block(const Value& apm, ApmBlock& block, const evaluation::Environment& env) {
  KnownChecker().check(apm, block.origin == Origin::cloud            ? "options.cloud.apm"
                            : block.origin == Origin::ext_loadimpact ? "options.ext.loadimpact.apm"
                                                                     : "apm");
  block.where = apm.where();
  block.json = masked_json(apm);
  if (!apm.is_set()) {
    block.json = "[]";
    return;
  }
  if (apm.as<Object>() != nullptr) {
    block.json = "[" + block.json + "]";
    if (block.origin != Origin::given) {
      block.notices.push_back(
          {Severity::note, apm.where(), "apm is a single object and taken for a list of one", {}});
    }
    add_destination(apm, block, env);
    return;
  }
  const auto* list = apm.as<Array>();
  if (list == nullptr) {
    block.json = "[]";
    block.notices.push_back({Severity::warning,
                             apm.where(),
                             fmt::format("apm must be a list of objects, not {}", type_name(apm)),
                             {}});
    return;
  }
  for (const Value& element : *list) {
    add_destination(element, block, env);
  }
}

}  // namespace k6apm::apm
