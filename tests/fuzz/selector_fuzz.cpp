// Any text is a selector or a SelectorError inside the text; a selector can be asked about any tags.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apm/selector.hpp"
#include "apm/submetric_hint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using k6apm::apm::Selector;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const Selector selector = Selector::parse(text);
    selector.matches("http_reqs",
                     [](std::string_view tag) { return tag == "status" ? "500" : std::string_view(); });
    if (selector.metric()) selector.matches_name(*selector.metric());
  } catch (const k6apm::apm::SelectorError& error) {
    if (error.offset > size || error.text.empty()) std::abort();
    const auto hint = k6apm::apm::selector_of_submetric(text);
    if (hint) {
      try {
        Selector::parse(*hint);  // what the hint shows must be right, but for text that is not UTF-8
      } catch (const k6apm::apm::SelectorError& in_hint) {
        const bool keyword_or_bytes = in_hint.text.find("keyword") != std::string::npos ||
                                      in_hint.text.find("UTF-8") != std::string::npos;
        if (!keyword_or_bytes) std::abort();
      }
    }
  }
  return 0;
}
