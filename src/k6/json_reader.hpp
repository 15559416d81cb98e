// Reads blocks of k6's JSON lines: the fast path for lines of the usual shape. Everything else goes through
// JsonLineParser, which decides what is an error; both agree on every line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "k6/block_reader.hpp"
#include "k6/intake.hpp"
#include "k6/json_line.hpp"

namespace k6apm::k6 {

/// Whether looking something up is worth it: not while it is seldom found. It is tried again from time to
/// time.
class Worth {
 public:
  /// To be asked before each look-up.
  bool worth_a_try() {
    if (m_pause == 0) return true;
    --m_pause;
    return false;
  }

  /// A look-up was made.
  void note(bool found) {
    if (found) ++m_found;
    if (++m_tries < k_tries) return;
    if (m_found < k_tries * 3 / 4) m_pause = k_pause;
    m_tries = 0;
    m_found = 0;
  }

  static constexpr std::uint32_t k_tries = 256;
  static constexpr std::uint32_t k_pause =
      64 * k_tries;  ///< look-ups left out; the tries are few beside them

 private:
  std::uint32_t m_tries = 0;
  std::uint32_t m_found = 0;
  std::uint32_t m_pause = 0;
};

/// For one thread.
class JsonReader {
 public:
  /// What is read goes to `intake`.
  explicit JsonReader(Intake& intake) : m_intake(intake) {}

  /// `block` is of kind lines; Intake::begin was called for it.
  void read(const Block& block);

 private:
  /// Time and value of a point.
  struct Reading {
    std::int64_t time_ns = 0;
    double value = 0;
  };

  void read_line(std::string_view line, Intake::Metric* metric);
  bool read_usual_line(std::string_view line, Intake::Metric* metric);
  Intake::Metric* usual_metric(std::string_view line);
  void read_any_line(std::string_view line);
  std::optional<Reading> take_reading(std::string_view& text);
  const char* read_expected_point(Intake::Metric& metric, std::string_view text);
  bool take_point(Intake::Metric& metric, const Reading& reading, std::string_view tags,
                  std::string_view line);
  bool read_usual_point(Intake::Metric& metric, std::string_view rest, std::string_view line);
  void see_tags(std::string_view text, Intake::Deciding& deciding);
  Intake::Paths* find_whole();
  Intake::Path* known_path(const Intake::Metric& metric);
  bool learn_path(Intake::Metric& metric, std::string_view line, std::int64_t time_ns, double value);

  /// The keys of the tags that were seen last. Empty ones are none.
  std::string_view whole_text();
  std::string_view deciding_text();

  struct SeenTags {
    std::string_view text{};  ///< tags and metadata as they stand in the block
    Intake::Deciding* deciding = nullptr;
    std::optional<std::string_view> whole{};  ///< where somebody asked already
    std::optional<std::string_view> found{};  ///< the same; a view into m_found
    std::optional<bool> whole_first{};        ///< whether to look up `whole` before `found`
    Intake::Paths* by_whole = nullptr;        ///< what is known of these texts, where it was looked up
    Intake::Paths* by_deciding = nullptr;
  };

  Intake& m_intake;
  SeenTags m_tags{};  ///< of the line being read or the last one before
  std::string m_found{};
  Worth m_whole_texts{};
  JsonLineParser m_parser{};
  Line m_line{};
  TimeParser m_times{};
  bool m_unterminated = false;  ///< the line being read has no newline
};

}  // namespace k6apm::k6
