// What a table is written to: a terminal of some width, or something that is no terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cli/job.hpp"

namespace k6apm::cli {

/// The SGR codes that are used (ECMA-48); all can be read on dark and on light.
inline constexpr std::string_view k_bold = "\x1b[1m";
inline constexpr std::string_view k_dim = "\x1b[2m";
inline constexpr std::string_view k_red = "\x1b[1;31m";
inline constexpr std::string_view k_yellow = "\x1b[1;33m";
inline constexpr std::string_view k_cyan = "\x1b[36m";
inline constexpr std::string_view k_bold_cyan = "\x1b[1;36m";

struct Screen {
  std::optional<std::size_t> columns{};  ///< of a terminal; else lines are as long as they are
  bool is_colored = false;

  /// `text` in this style where there are colours.
  std::string styled(std::string_view text, std::string_view style) const;
};

/// Whether colours are wanted on the stream with this file descriptor: --color, then NO_COLOR and
/// CLICOLOR_FORCE (https://no-color.org, https://bixense.com/clicolors), then whether it is a terminal.
bool wants_color(Wish wish, int fd);

/// Nothing where it is no terminal; 80 where a terminal does not tell its width.
std::optional<std::size_t> columns_of_terminal(int fd);

Screen screen_of(int fd, Wish color);

}  // namespace k6apm::cli
