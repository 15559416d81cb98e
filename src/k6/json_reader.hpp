// Reads blocks of k6's JSON lines: the fast path for lines of the usual shape. Everything else goes through
// JsonLineParser, which decides what is an error; both agree on every line.
#pragma once

#include <string_view>

#include "k6/block_reader.hpp"
#include "k6/intake.hpp"
#include "k6/json_line.hpp"

namespace k6apm::k6 {

/// For one thread.
class JsonReader {
 public:
  /// What is read goes to `intake`.
  explicit JsonReader(Intake& intake) : m_intake(intake) {}

  /// `block` is of kind lines; Intake::begin was called for it.
  void read(const Block& block);

 private:
  void read_line(std::string_view line);
  bool read_usual_line(std::string_view line);
  void read_any_line(std::string_view line);
  bool read_usual_point(Intake::Metric& metric, std::string_view rest, std::string_view line);

  Intake& m_intake;
  JsonLineParser m_parser{};
  Line m_line{};
  TimeParser m_times{};
  bool m_unterminated = false;  ///< the line being read has no newline
};

}  // namespace k6apm::k6
