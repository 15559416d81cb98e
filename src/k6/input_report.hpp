// What is told of the inputs after reading: the report's numbers, and what people have to know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "error.hpp"
#include "k6/block_reader.hpp"
#include "k6/byte_source.hpp"
#include "k6/intake.hpp"
#include "k6/line.hpp"
#include "k6/run_state.hpp"
#include "notice.hpp"

namespace k6apm::k6 {

/// What an input was.
struct InputReport {
  std::string path{};
  Format format = Format::json;
  Compression compression = Compression::none;
  std::uint64_t bytes = 0;      ///< as on disk
  std::uint64_t lines = 0;      ///< physical lines
  std::uint64_t points = 0;     ///< of all metrics
  std::uint64_t bad_lines = 0;  ///< left out; a line of a metric that nobody exports is not looked into
  bool truncated = false;       ///< it ends in the middle of a line or of compressed data
  std::string held_in{};        ///< the partial result that holds it, or empty
};

InputReport report_of(const InputRead& input);

/// Of an input without any line of k6.
Error refusal_of(const InputState& input);

/// The notices about all inputs; what holds for several is said once.
class InputNotes {
 public:
  /// With `allow_duplicates` it is meant when inputs hold the same points.
  explicit InputNotes(bool allow_duplicates) : m_allow_duplicates(allow_duplicates) {}

  void add(const InputRead& input);
  std::vector<Notice> take();

 private:
  struct Seen {
    std::string name{};
    Format format = Format::json;
    std::uint64_t points = 0;
  };

  void note_twin(const Seen& input);

  bool m_allow_duplicates;
  std::vector<Notice> m_notices{};
  std::vector<Seen> m_seen{};
  std::vector<std::string> m_whole_seconds{};  ///< names of the inputs
  std::vector<std::string> m_ambiguous{};
  std::uint64_t m_ambiguous_points = 0;
};

}  // namespace k6apm::k6
