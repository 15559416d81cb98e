// Standard error, where everything for people goes: messages and the progress line, never mixed up.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/job.hpp"
#include "notice.hpp"

namespace k6apm::cli {

/// Whether colours are wanted on the stream with this file descriptor: --color, then NO_COLOR and
/// CLICOLOR_FORCE (https://no-color.org, https://bixense.com/clicolors), then whether it is a terminal.
bool wants_color(Wish wish, int fd);

/// Safe to use from several threads.
class Console {
 public:
  Console(Wish color, Wish progress, bool quiet, bool verbose);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// `k6apm: warning: FILE:LINE:COLUMN: text`, and the hint on a line of its own. Notes are left out when
  /// quiet.
  void show(const Notice& notice);

  /// The same of all of them, folded; each with -v.
  void show(const std::vector<Notice>& notices);
  void error(const Notice& notice);

  /// A line for people, unless quiet.
  void say(std::string_view line);

  /// A line that only -v shows.
  void detail(std::string_view line);

  /// Takes the progress line away: what follows goes to standard output.
  void end_progress();

  /// Replaces the progress line, a few times a second at most. Nothing where progress is not shown.
  void progress(std::string_view line);

 private:
  void print(std::string_view kind, std::string_view style, const Notice& notice);
  void clear_progress();
  std::string styled(std::string_view text, std::string_view style) const;

  bool m_color;
  bool m_shows_progress;
  bool m_quiet;
  bool m_verbose;
  std::mutex m_mutex{};
  bool m_line_open = false;
  std::chrono::steady_clock::time_point m_last_progress{};
};

}  // namespace k6apm::cli
