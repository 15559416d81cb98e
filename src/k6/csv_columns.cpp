#include "k6/csv_columns.hpp"

#include "k6/csv_fields.hpp"
#include "text/utf8.hpp"

namespace k6apm::k6 {

bool is_csv_header(std::string_view line) {
  if (!line.starts_with(k_csv_header)) return false;
  line.remove_prefix(k_csv_header.size());
  return line.empty() || line.front() == ',' || line.front() == '\r' || line.front() == '\n';
}

CsvColumns read_csv_header(std::string_view line) {
  CsvColumns result;
  result.header = line;
  CsvFields fields(line);
  for (std::size_t i = 0; fields.next(); ++i) {
    if (i < CsvColumns::k_fixed) continue;
    const std::string name = text::with_valid_utf8(fields.value());
    result.columns.push_back({name == "extra_tags" ? CsvColumns::Kind::extra_tags
                              : name == "metadata" ? CsvColumns::Kind::metadata
                                                   : CsvColumns::Kind::tag,
                              name});
  }
  return result;
}

}  // namespace k6apm::k6
