// The header of k6's CSV output: `metric_name,timestamp,metric_value,` then the enabled system tags by name,
// then `extra_tags` and, from k6 v0.41, `metadata` (grafana/k6 output/csv). Which tags are there depends on
// the run.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace k6apm::k6 {

/// Every header begins so.
inline constexpr std::string_view k_csv_header = "metric_name,timestamp,metric_value";

/// What the columns are.
struct CsvColumns {
  enum class Kind { tag, extra_tags, metadata };
  struct Column {
    Kind kind = Kind::tag;
    std::string name{};
  };
  /// Name, time and value, which every row begins with.
  static constexpr std::size_t k_fixed = 3;

  std::string header{};           ///< the line
  std::vector<Column> columns{};  ///< behind the fixed ones
  std::size_t count() const { return k_fixed + columns.size(); }
  /// Whether the last column is the metadata, as k6 has it.
  bool metadata_is_last() const { return !columns.empty() && columns.back().kind == Kind::metadata; }
};

/// Whether a line begins as a header does; a byte order mark before it is for the caller to remove.
bool is_csv_header(std::string_view line);

/// Reads a header, without line end. Bytes that are no UTF-8 become U+FFFD in the names.
CsvColumns read_csv_header(std::string_view line);

}  // namespace k6apm::k6
