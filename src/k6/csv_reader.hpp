// Reads blocks of k6's CSV rows: the fast path for rows without quotes. Everything else goes through
// parse_csv_row, which decides what is an error; both agree on every row.
#pragma once

#include <cstdint>
#include <string_view>

#include "k6/block_reader.hpp"
#include "k6/csv_time.hpp"
#include "k6/intake.hpp"

namespace k6apm::k6 {

/// For one thread.
class CsvReader {
 public:
  /// What is read goes to `intake`.
  explicit CsvReader(Intake& intake) : m_intake(intake) {}

  /// `block` is of kind lines and has columns; Intake::begin was called for it.
  void read(const Block& block);

 private:
  struct Row {
    std::string_view text{};  ///< without its last newline
    std::uint64_t lines = 1;
    bool broken = false;  ///< its quotes are wrong
  };

  static Row one_line(std::string_view text);
  Row row_with_quotes(std::string_view text) const;
  void read_row(std::string_view row, bool broken);
  bool read_usual_row(std::string_view row);
  Intake::Path* known_path(const Intake::Metric& metric, std::string_view key);
  std::string_view tags_key(const Intake::Metric& metric, std::string_view text) const;
  void read_any_row(std::string_view row, bool broken);

  struct SeenTags {
    std::string_view text{};  ///< as it stands in the block
    const Intake::Deciding* deciding = nullptr;
    Intake::Paths* paths = nullptr;  ///< what is known of it
  };

  Intake& m_intake;
  SeenTags m_tags{};  ///< of the last usual row
  Line m_line{};
  CsvTimeParser m_times{};
  const CsvColumns* m_columns = nullptr;
  bool m_fine_times = false;    ///< a time in the block is no whole second
  bool m_unterminated = false;  ///< the row being read has no newline
};

}  // namespace k6apm::k6
