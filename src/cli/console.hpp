// Standard error, where everything for people goes: messages and the progress line, never mixed up.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cli/job.hpp"
#include "cli/screen.hpp"
#include "notice.hpp"

namespace k6apm::cli {

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

  /// Replaces one part of the progress line, which is shown a few times a second at most, no wider than the
  /// terminal. Parts stand in the order of their numbers. Nothing where progress is not shown.
  void progress(std::string_view text, std::size_t part = 0);

 private:
  void print(std::string_view kind, std::string_view style, const Notice& notice);
  void clear_progress();

  Screen m_screen;
  bool m_shows_progress;
  bool m_quiet;
  bool m_verbose;
  std::mutex m_mutex{};
  bool m_line_open = false;
  std::map<std::size_t, std::string> m_progress{};
  std::chrono::steady_clock::time_point m_last_progress{};
};

}  // namespace k6apm::cli
