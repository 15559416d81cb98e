#include "cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/folding.hpp"
#include "text/printable.hpp"
#include "text/width.hpp"

namespace k6apm::cli {
namespace {

constexpr std::string_view k_erase_line = "\r\x1b[K";
constexpr auto k_progress_every = std::chrono::milliseconds(100);

void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

std::string location_text(const Location& where) {
  std::string text = text::printable(where.file);
  if (where.line > 0) text += fmt::format("{}{}", text.empty() ? "" : ":", where.line);
  if (where.line > 0 && where.column > 0) text += fmt::format(":{}", where.column);
  return text.empty() ? text : text + ": ";
}

}  // namespace

Console::Console(Wish color, Wish progress, bool quiet, bool verbose)
    : m_screen(screen_of(STDERR_FILENO, color)),
      m_shows_progress(progress == Wish::always ||
                       (progress == Wish::automatic && !quiet && isatty(STDERR_FILENO) == 1)),
      m_quiet(quiet),
      m_verbose(verbose) {}

Console::~Console() {
  const std::scoped_lock lock(m_mutex);
  clear_progress();
}

void Console::show(const Notice& notice) {
  if (notice.severity == Severity::warning) {
    print("warning", k_yellow, notice);
  } else if (!m_quiet) {
    print("note", k_bold_cyan, notice);
  }
}

void Console::show(const std::vector<Notice>& notices) {
  for (const Notice& notice : m_verbose ? notices : folded(notices)) show(notice);
}

void Console::error(const Notice& notice) { print("error", k_red, notice); }

void Console::print(std::string_view kind, std::string_view style, const Notice& notice) {
  const std::scoped_lock lock(m_mutex);
  clear_progress();
  std::string text = fmt::format("k6apm: {}: {}{}\n", m_screen.styled(kind, style),
                                 location_text(notice.where), text::printable(notice.text));
  if (!notice.hint.empty()) text += fmt::format("  hint: {}\n", text::printable(notice.hint));
  write(text);
}

void Console::say(std::string_view line) {
  if (m_quiet) return;
  const std::scoped_lock lock(m_mutex);
  clear_progress();
  write(text::printable(line) + '\n');
}

void Console::detail(std::string_view line) {
  if (m_verbose) say(line);
}

void Console::progress(std::string_view text, std::size_t part) {
  if (!m_shows_progress) return;
  const std::scoped_lock lock(m_mutex);
  m_progress[part] = text;
  const auto now = std::chrono::steady_clock::now();
  if (now - m_last_progress < k_progress_every) return;
  m_last_progress = now;
  m_line_open = true;
  std::string line;
  for (const auto& [number, words] : m_progress) line += (line.empty() ? "" : "; ") + words;
  // A line that wraps cannot be erased; in the last column some terminals wrap already.
  if (m_screen.columns) line = text::cut_off(line, *m_screen.columns - 1);
  write(fmt::format("{}{}", k_erase_line, line));
  std::fflush(stderr);
}

void Console::end_progress() {
  const std::scoped_lock lock(m_mutex);
  m_progress.clear();
  clear_progress();
  std::fflush(stderr);
}

void Console::clear_progress() {
  if (m_line_open) write(k_erase_line);
  m_line_open = false;
}

}  // namespace k6apm::cli
