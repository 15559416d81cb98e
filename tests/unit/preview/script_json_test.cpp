#include "preview/script_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace k6apm::test {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double value) {
  std::string text;
  preview::append_number(text, value);
  return text;
}

}  // namespace

TEST_CASE("nothing in the JSON ends its element or a line") {
  const std::string evil = "</script><!--<SCRIPT>\u2028\u2029\n\"\\";
  const std::string text = preview::script_json({{evil, evil}});
  CHECK(text.find('<') == std::string::npos);
  for (const char c : text) CHECK((c >= 0x20 && c < 0x7f));
  CHECK(Json::parse(text) == Json{{evil, evil}});
}

TEST_CASE("what is not UTF-8 becomes a replacement character") {
  CHECK(Json::parse(preview::script_json("a\xff")) == Json("a\ufffd"));
}

TEST_CASE("numbers read back as what they are") {
  for (const double value : {0.0, -0.0, 1.0, 0.1, 1e22, 5e-324, -123456.789, 1.7976931348623157e308})
    CHECK(Json::parse(number(value)).get<double>() == value);
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(number(-std::numeric_limits<double>::infinity()) == "null");
}

}  // namespace k6apm::test
