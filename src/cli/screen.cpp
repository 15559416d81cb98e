#include "cli/screen.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace k6apm::cli {
namespace {

constexpr std::string_view k_plain = "\x1b[0m";
constexpr std::size_t k_usual_columns = 80;

/// Empty where the variable is not set.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing changes the environment
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

std::string Screen::styled(std::string_view text, std::string_view style) const {
  return is_colored ? fmt::format("{}{}{}", style, text, k_plain) : std::string(text);
}

bool wants_color(Wish wish, int fd) {
  if (wish != Wish::automatic) return wish == Wish::always;
  if (!variable("NO_COLOR").empty()) return false;
  if (!variable("CLICOLOR_FORCE").empty() && variable("CLICOLOR_FORCE") != "0") return true;
  return isatty(fd) == 1;
}

std::optional<std::size_t> columns_of_terminal(int fd) {
  if (isatty(fd) != 1) return std::nullopt;
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return k_usual_columns;
}

Screen screen_of(int fd, Wish color) { return {columns_of_terminal(fd), wants_color(color, fd)}; }

}  // namespace k6apm::cli
