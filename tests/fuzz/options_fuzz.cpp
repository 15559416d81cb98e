// Any text is an options file, or an Error with ExitStatus::usage; no secret of the environment is ever said.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "apm/cloud_configuration.hpp"
#include "apm/options.hpp"
#include "error.hpp"

namespace {

void check(const k6apm::Notice& notice) {
  if (notice.text.empty()) std::abort();
  for (const char c : notice.text + notice.hint) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  }
}

void check(const k6apm::apm::ApmBlock& block) {
  for (const auto& notice : block.notices) check(notice);
  for (const auto& thresholds : block.thresholds) {
    if (thresholds.expressions.empty()) std::abort();
  }
  for (const auto& destination : block.destinations) {
    for (std::size_t i = 0; i < destination.entries.size() && i < 20; ++i) {
      destination.target_of(i, "http_reqs");
      if (destination.entries[i].selector.metric())
        destination.target_of(i, *destination.entries[i].selector.metric());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // Every file that it imports is itself.
  const auto files = [&text](const std::string& path) -> k6apm::evaluation::FileContent {
    if (path.size() > 20) return {std::nullopt, true, "cannot be opened"};
    return {text, false, {}};
  };
  const auto env = [](std::string_view name) -> std::optional<std::string> {
    if (name == "TOKEN") return "t0p";
    return std::nullopt;
  };
  try {
    k6apm::apm::ApmBlock block = k6apm::apm::read_options_text(text, "options", env, files);
    k6apm::apm::add_cloud(block, {env, "options", {}});
    check(block);
  } catch (const k6apm::Error& error) {
    if (error.status() != k6apm::ExitStatus::usage) std::abort();
    check(error.notice());
  }
  if (size > 0 && data[0] != '@') {
    try {
      check(k6apm::apm::read_apm_argument(text, env));
    } catch (const k6apm::Error& error) {
      check(error.notice());
    }
  }
  k6apm::apm::masked_url(std::string(text));
  return 0;
}
