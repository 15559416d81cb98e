// How much room text takes on a terminal, and text that is made to fit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace k6apm::text {

/// Columns that `text` takes, valid UTF-8 without control characters: two for a wide character of East Asia
/// (Unicode Annex 11) or an emoji, none for a combining one.
std::size_t columns_of(std::string_view text);

/// `text` in at most `columns` columns: whole, or with `…` where its middle was, for names often differ only
/// in their ends. Empty for 0.
std::string shortened(std::string_view text, std::size_t columns);

/// `text` in at most `columns` columns: whole, or with `…` for its end.
std::string cut_off(std::string_view text, std::size_t columns);

}  // namespace k6apm::text
