#include "k6/csv_fields.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace k6apm::k6;

namespace {

constexpr std::size_t k_longest = 1000;

std::vector<std::string> fields_of(const std::string& row) {
  CsvFields fields(row);
  std::vector<std::string> values;
  while (fields.next()) values.push_back(fields.value());
  if (fields.wrong()) values.emplace_back("(wrong)");
  return values;
}

}  // namespace

TEST_CASE("fields are cut as Go's encoding/csv writes them") {
  struct Case {
    std::string row;
    std::vector<std::string> fields;
  };
  const std::vector<Case> cases = {
      {"a,b,c", {"a", "b", "c"}},
      {"", {""}},
      {",", {"", ""}},
      {"a,,", {"a", "", ""}},
      {"\"a\",b", {"a", "b"}},
      {"\"a,b\",c", {"a,b", "c"}},
      {"\"a\nb\"", {"a\nb"}},
      {"\"a\r\nb\"", {"a\r\nb"}},
      {"\"\"", {""}},
      {"\"\"\"\"", {"\""}},
      {"\"a \"\"b\"\" c\",d", {"a \"b\" c", "d"}},
      {"a \"b\",c", {"a \"b\"", "c"}},
      {"\"a\",", {"a", ""}},
      {"\"\\.\"", {"\\."}},
      {"\"a", {"(wrong)"}},
      {"a,\"b\"c,d", {"a", "(wrong)"}},
      {"a,\"b\"\"", {"a", "(wrong)"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.row);
    CHECK(fields_of(c.row) == c.fields);
  }
}

TEST_CASE("a row begins with a name and a time") {
  for (const std::string line : {"m,1795159998,1", "m,1795159998,", "\"a, b\",1795159998123,1", "m,-5,1",
                                 "m,2026-11-20T07:27:26+05:30,1", "m,1795159998,1\nmore"}) {
    CAPTURE(line);
    CHECK(begins_csv_row(line));
  }
  for (const std::string line :
       {"", "m", "m,", ",1795159998,1", "m,1795159998", "m,now,1", "m,1.5,1", "\"m,1795159998,1",
        "metric_name,timestamp,metric_value", "m\n,1795159998,1", "m,\"1795159998\",1"}) {
    CAPTURE(line);
    CHECK_FALSE(begins_csv_row(line));
  }
}

TEST_CASE("a row reaches to the newline that is not in quotes") {
  struct Case {
    std::string text;
    std::size_t bytes;
    bool broken = false;
  };
  const std::vector<Case> cases = {
      {"m,1,2,a\nnext", 8},
      {"m,1,2,a", 7},
      {"m,1,2,\"a\nb\"\nnext", 12},
      {"m,1,2,\"a\nb\"\r\nnext", 13},
      {"m,1,2,\"a\nb\"", 11},
      {"m,1,2,\"a\nb\nnext", 9, true},     // never closed
      {"m,1,2,\"a\nb\"c\nnext", 9, true},  // something behind the quote
      {"m,1,2,\"a\nb\",\nnext", 9, true},  // a field too many
      {"m,1,2,\"a\"b\nnext", 11, true},    // on one line
      {"m,1,2,\"a\",\nnext", 11},          // the number of fields is for the reader to judge
      {"m,x,2,\"a\nb\"\nnext", 9},         // no row: its line stands alone
      {"text \"with\n", 11},
      {"\n", 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const CsvExtent extent = csv_extent(c.text, 4, k_longest, true);
    CHECK(extent.bytes == c.bytes);
    CHECK(extent.broken == c.broken);
    CHECK_FALSE(extent.incomplete);
  }
}

TEST_CASE("where more text may follow, what it could change is not decided") {
  for (const std::string text : {"m,1,2,a", "m,1,2,\"a\nb", "m,1,2,\"a\nb\"", "m,1,2,\"a\nb\"\r", "m,1"}) {
    CAPTURE(text);
    CHECK(csv_extent(text, 4, k_longest, false).incomplete);
  }
  CHECK_FALSE(csv_extent("m,1,2,\"a\nb\"\n", 4, k_longest, false).incomplete);
  CHECK_FALSE(csv_extent("no row, \"a\n", 4, k_longest, false).incomplete);
}

TEST_CASE("a row that is too long is broken, however much follows") {
  const std::string text = "m,1,2,\"" + std::string(k_longest, '\n') + "\"\n";
  for (const bool ended : {false, true}) {
    const CsvExtent extent = csv_extent(text, 4, k_longest, ended);
    CHECK(extent.broken);
    CHECK(extent.bytes == 8);
  }
}
