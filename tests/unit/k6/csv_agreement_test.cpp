#include "csv_agreement.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace k6apm::k6;
using namespace k6apm::k6::test;

namespace {

const std::string k_header = "metric_name,timestamp,metric_value,name,status,extra_tags,metadata\n";

void check_agreement(const std::string& text) {
  CAPTURE(text);
  static const std::vector<std::vector<k6apm::series::Rule>> all_rules = {
      {rule_for_everything()}, {rule_for_everything({"name", "a", "vu"})}, {rule_for_some({"a", "iter"})}};
  for (const auto& rules : all_rules) {
    const std::optional<Reading> expected = CsvWalk(text, rules).read();
    REQUIRE(expected);
    for (const std::size_t block_bytes : {1U, 13U, 100U, 65536U}) {
      CAPTURE(block_bytes);
      const Reading read = read_csv_blocks(text, rules, block_bytes);
      CHECK(read.counts == expected->counts);
      CHECK(read.series == expected->series);
    }
  }
}

}  // namespace

TEST_CASE("rows in blocks of any size are read as one by one") {
  for (const std::string rows : {
           "m,1795159998,1.000000,x,200,,\n",
           "m,1795159998,1.000000,x,200,a=b,vu=1&iter=2\nm,1795159998,2.000000,x,200,a=b,vu=2&iter=2\n",
           "m,1795159998,1.000000,\"x,y\",200,,\nm,1795159999,1.000000,\"two\nlines\",200,,\n",
           "m,1795159998,1.000000,\"a \"\"quoted\"\" word\",200,,\n",
           "m,1795159998,1.000000,\"never closed,200,,\nm,1795159998,2.000000,x,200,,\n",
           "m,1795159998,1.000000,\"x\"y,200,,\nm,1795159998,2.000000,\"x\",200,,\n",
           "m,1795159998,1.000000,\"two\nlines\",200,\nm,1795159998,2.000000,x,200,,\n",
           "m,1795159998,1.000000,\"a\nmetric_name,timestamp,metric_value,other\nb\",200,,\n",
           "m,1795159998,1.000000,x,200\nm,1795159998,1.000000,x,200,,,,\n",
           "m,1795159998,+Inf,x,200,,\nm,1795159998,-0.000000,x,200,,\nm,1795159998,,x,200,,\n",
           "n,1795159998,+Inf,x,200,,\nn,1795159998\nn,1795159998,1,\"x\n",
           "m,1795159998,1.000000,x,200,a=b&c,vu=1\nm,1795159998,1.000000,x,200,a=b=c,vu=1=1\n",
           "m,1795159998123,1.000000,x,200,,\nm,99999999999,1.000000,x,200,,\nm,yesterday,1.0,x,200,,\n",
           "\"m,1\",1795159998,1.000000,x,200,,\n\" m\",1795159998,1.000000,x,200,,\n",
           "m,1795159998,1.000000,x,200,,\r\nm,1795159998,1.000000,\"x\",\"200\",,\"vu=1\"\r\n\r\n",
           "running (1.0s), 1/1 VUs\n\n  \nINFO[0000] said \"a, b\" source=console\n",
           "metric_name,timestamp,metric_value,status,extra_tags\nm,1795159998,1.000000,200,a=b\n",
           "metric_name,timestamp,metric_value,name,status,extra_tags,metadata\nm,1795159998,1.000000,x,200,,"
           "\n",
           "m,1795159998,1.000000,x,200,,\nm,17951",
           "m,1795159998,1.000000,x,200,test_run_id=7&testid=8,\nm,1795159998,1.000000,\xff,200,\xff=1,\n",
       }) {
    check_agreement(k_header + rows);
    check_agreement("some text\n\n" + k_header + rows + rows);
    check_agreement("\xef\xbb\xbf" + k_header + rows.substr(0, rows.size() - 1));
  }
}

TEST_CASE("pieces of rows in any order are read alike whatever the blocks") {
  const std::vector<std::string> pieces = {"m,1795159998,1.000000,",
                                           "x",
                                           "\"",
                                           "\"\"",
                                           ",",
                                           "\n",
                                           "\r\n",
                                           "a=b",
                                           "&",
                                           "=",
                                           "200,",
                                           ",,\n",
                                           k_header,
                                           "metric_name,timestamp,metric_value,name\n",
                                           "n,1795159998.5,3,",
                                           "m,2026-11-20T07:27:26.5Z,-2.5,,,,\n",
                                           "vu=1&iter=3"};
  std::mt19937_64 random(3);
  for (int round = 0; round < 400; ++round) {
    std::string text = k_header;
    for (std::uint64_t i = random() % 40; i > 0; --i) text += pieces[random() % pieces.size()];
    check_agreement(text);
  }
}
