#include "k6/foreign.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace k6apm::k6;
using namespace std::string_view_literals;

TEST_CASE("files that are given by mistake are told by how they begin") {
  struct Case {
    std::string_view head;
    std::string_view text;
  };
  const Case cases[] = {
      {"\xFD"
       "7zXZ\0 and so on"sv,
       "is compressed with xz: plain, gzip and zstd are read"},
      {"PK\x03\x04 and so on"sv, "is compressed with zip: plain, gzip and zstd are read"},
      {"<!DOCTYPE html>", "is an HTML page"},
      {" \n<HTML lang=en>", "is an HTML page"},
      {"\xEF\xBB\xBF<?xml version=\"1.0\"?>", "is XML, as JUnit and JMeter write it"},
      {"timeStamp,elapsed,label\n", "is a result of JMeter"},
      {"metric_name;timestamp;metric_value\n", "is CSV with semicolons, as a spreadsheet writes it"},
      {"\xff\xfe{\0\"\0"sv, "is UTF-16, as PowerShell's > writes it, and results are UTF-8"},
      {"{\"root_group\": {", "looks like an end-of-test summary, which has no points in time"},
      {"[\n  {\"type\": \"Point\"",
       "looks like k6's JSON output written anew, and each point has to be a line of its own"},
      {"{\"scenarios\": {}}", "looks like options of k6, which belong behind -s"},
      {"{\"a\": 1}", "is JSON, but no result of k6"},
      {"import http from 'k6/http';\n", "is a script, and RESULT is what k6 wrote when it ran it"},
      {"http_reqs,method=GET value=1 1795159633000000000\n", "is in InfluxDB's line protocol"},
      {"hello\n", "is no result of k6: neither its JSON lines nor the header of its CSV are in it"},
      {"\x01\x02\x03", "is no result of k6: neither its JSON lines nor the header of its CSV are in it"},
      {" ", "is no result of k6: neither its JSON lines nor the header of its CSV are in it"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.head);
    CHECK(foreign(one.head).text == one.text);
    CHECK_FALSE(foreign(one.head).hint.empty());
  }
}

TEST_CASE("a tar archive is told by what stands in its first block") {
  std::string head(512, '\0');
  head.replace(0, 12, "results.json");
  head.replace(257, 5, "ustar");
  CHECK(foreign(head).text == "is a tar archive");
  CHECK(foreign(head.substr(0, 257)).text != "is a tar archive");
}
