#include "apm/block.hpp"

#include <fmt/format.h>

#include "apm/literal.hpp"
#include "apm/options_export.hpp"

namespace k6apm::apm {

namespace {

// The object `value`, or null where there is none; Error where it is an expression, notice where it is of
// another type.
const Object* object_at(const Source& source, const Value& value, std::string_view path, ApmBlock& block) {
  if (value.as<Unknown>() != nullptr) {
    throw not_readable(source, value.begin, value.end, fmt::format("{} is", path));
  }
  if (!value.is_set()) return nullptr;
  const auto* object = value.as<Object>();
  if (object == nullptr) {
    block.notices.push_back({Severity::warning,
                             source.at(value.begin),
                             fmt::format("{} must be an object, not {}", path, type_name(value)),
                             {}});
  }
  return object;
}

// The member, which must be known. Null where the key is missing.
const Value* known_member(const Source& source, const Object& object, std::string_view key,
                          std::string_view path) {
  const Found found = find(object, key);
  if (found.hidden != nullptr) {
    throw not_readable(source, found.hidden->begin, found.hidden->value.end,
                       fmt::format("{}.{} may be set by", path, key));
  }
  return found.value;
}

const Value* block_in_ext(const Source& source, const Object& options, ApmBlock& block) {
  const Value* ext = known_member(source, options, "ext", "options");
  const Object* ext_object = ext == nullptr ? nullptr : object_at(source, *ext, "options.ext", block);
  if (ext_object == nullptr) return nullptr;
  const Value* loadimpact = known_member(source, *ext_object, "loadimpact", "options.ext");
  const Object* inner =
      loadimpact == nullptr ? nullptr : object_at(source, *loadimpact, "options.ext.loadimpact", block);
  return inner == nullptr ? nullptr : known_member(source, *inner, "apm", "options.ext.loadimpact");
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

const Value* block_in_cloud(const Source& source, const Object& options, const Value& cloud,
                            ApmBlock& block) {
  const Object* object = object_at(source, cloud, "options.cloud", block);
  const Value* apm = object == nullptr ? nullptr : known_member(source, *object, "apm", "options.cloud");
  if (apm == nullptr && has_block_in_ext(options)) {
    block.notices.push_back(
        {Severity::note, source.at(cloud.begin),
         "options.cloud is present and has no apm block; as in k6, options.ext.loadimpact.apm "
         "does not count then",
         "move the apm block to options.cloud"});
  }
  return apm;
}

// A part of the block that is not known: an expression, a spread, a computed key.
void check_known(const Source& source, const Value& value) {
  if (value.as<Unknown>() != nullptr) {
    throw not_readable(source, value.begin, value.end, "a part of the apm block is");
  }
  if (const auto* array = value.as<Array>()) {
    for (const Value& element : *array) check_known(source, element);
  }
  if (const auto* object = value.as<Object>()) {
    for (const Member& member : *object) {
      if (!member.key_known) {
        throw not_readable(source, member.begin, member.value.end, "a part of the apm block is");
      }
      check_known(source, member.value);
    }
  }
}

/// Reads one object; what is said about it is marked as being about it.
void add_destination(const Source& source, const Value& value, ApmBlock& block) {
  const std::size_t index = block.destinations.size();
  const std::size_t said = block.notices.size();
  block.destinations.push_back(read_destination(source, value, index, block.notices));
  for (std::size_t i = said; i < block.notices.size(); ++i) block.notices[i].destination = index;
}

}  // namespace

const Value* find_block(const Source& source, const Value& options, ApmBlock& block) {
  const Object* object = object_at(source, options, "options", block);
  if (object == nullptr) return nullptr;
  const Value* cloud = known_member(source, *object, "cloud", "options");
  const Value* apm = cloud != nullptr ? block_in_cloud(source, *object, *cloud, block)
                                      : block_in_ext(source, *object, block);
  if (apm != nullptr) block.origin = cloud != nullptr ? Origin::cloud : Origin::ext_loadimpact;
  return apm;
}

void read_block(const Source& source, const Value& apm, ApmBlock& block) {
  check_known(source, apm);
  block.where = source.at(apm.begin);
  block.json = masked_json(apm);
  if (!apm.is_set()) {
    block.json = "[]";
    return;
  }
  if (apm.as<Object>() != nullptr) {
    block.json = "[" + block.json + "]";
    if (block.origin != Origin::given) {
      block.notices.push_back(
          {Severity::note, source.at(apm.begin), "apm is a single object and taken for a list of one", {}});
    }
    add_destination(source, apm, block);
    return;
  }
  const auto* list = apm.as<Array>();
  if (list == nullptr) {
    block.json = "[]";
    block.notices.push_back({Severity::warning,
                             source.at(apm.begin),
                             fmt::format("apm must be a list of objects, not {}", type_name(apm)),
                             {}});
    return;
  }
  for (const Value& element : *list) {
    add_destination(source, element, block);
  }
}

}  // namespace k6apm::apm
