#include "k6/inputs_read.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "error.hpp"

namespace k6apm::k6 {
namespace {

InputRead plain_input(const BlockReader& blocks, const std::deque<Reader>& readers, std::uint32_t file) {
  InputRead input;
  input.state = blocks.inputs()[file];
  input.number = file;
  for (const Reader& reader : readers) input.tally.add(reader.intake().tallies()[file]);
  return input;
}

PartialHead head_of(const std::deque<Reader>& readers, std::uint32_t file,
                    const series::MetricLookup& lookup) {
  PartialHead head;
  for (const Reader& reader : readers) {
    const auto found = reader.partial().heads().find(file);
    if (found != reader.partial().heads().end()) head.add(found->second);
  }
  for (const auto& [metric, type] : head.types) {
    // A type that is known is the one that holds, or inputs contradict each other and none does.
    const auto info = lookup(metric);
    if (info && info->type != type && head.problem.empty())
      head.problem = fmt::format("metric {} has another type in it than it says", metric);
  }
  return head;
}

std::string name_of(const InputRead& input) {
  const std::string name = shown(input.state.path);
  return input.held_in.empty() ? name : fmt::format("{} in {}", name, shown(input.held_in));
}

}  // namespace

std::vector<InputRead> inputs_read(const BlockReader& blocks, const std::deque<Reader>& readers,
                                   const GatherSettings& settings, const series::MetricLookup& lookup) {
  std::vector<InputRead> all;
  for (std::uint32_t file = 0; file < blocks.inputs().size(); ++file) {
    const InputState& input = blocks.inputs()[file];
    if (input.format != Format::partial) {
      all.push_back(plain_input(blocks, readers, file));
      continue;
    }
    PartialHead head = head_of(readers, file, lookup);
    if (auto refusal = refusal_of_partial(input.path, input.damage, head, settings.state_options))
      throw Error(*refusal);
    std::uint64_t number = file;  // as PartialReader numbers them
    for (auto& [place, held] : head.inputs) {
      held.number = static_cast<std::uint32_t>(number);
      held.held_in = input.path;
      number += blocks.inputs().size();
      all.push_back(std::move(held));
    }
  }
  return all;
}

void refuse_held_twice(const std::vector<InputRead>& inputs) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, const InputRead*> seen;
  for (const InputRead& input : inputs) {
    if (!input.state.whole_hash) continue;
    const auto [other, added] = seen.try_emplace({input.state.content_hash, *input.state.whole_hash}, &input);
    if (added) continue;
    const std::string& result = input.held_in.empty() ? input.state.path : input.held_in;
    const std::string what =
        input.held_in.empty() ? "has" : fmt::format("holds {}, which has", shown(input.state.path));
    throw Error(ExitStatus::usage, fmt::format("{} the same content as {}", what, name_of(*other->second)),
                k_duplicates_hint, {shown(result)});
  }
}

}  // namespace k6apm::k6
