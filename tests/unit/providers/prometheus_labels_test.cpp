#include <doctest/doctest.h>

#include "providers/prometheus_labels.hpp"
#include "providers/prometheus_mapping.hpp"
#include "series_builder.hpp"

namespace k6apm::test {

using providers::LabelNames;
using series::MetricType;

TEST_CASE("tags become labels code point by code point") {
  const std::pair<const char*, const char*> table[] = {
      {"status", "status"},
      {"dash-key", "dash_key"},
      {"a.b c", "a_b_c"},
      {"1st", "_1st"},
      {"__name__", "tag__name__"},
      {"-_x", "tag__x"},
      {"\xC3\xA4", "_"},
      {"\xE4\xB8\xAD\xE6\x96\x87", "tag__"},
      {"_", "_"},
      {"", ""},
      {"A:B", "A_B"},
      {"\xF0\x9F\x98\x80x", "_x"},
      {"1__", "_1__"},
      {"__", "tag__"},
  };
  for (const auto& [tag, label] : table) CHECK(providers::sanitised_label(tag) == label);
}

TEST_CASE("tags never share a label: the later in byte order gets a number") {
  const LabelNames names({"a_b", "a-b", "a.b", "a_b_2", "plain"}, {});
  CHECK(names.of_run_tag("a-b") == "a_b");
  CHECK(names.of_run_tag("a.b") == "a_b_3");  // a_b_2 is a tag's own name
  CHECK(names.of_run_tag("a_b") == "a_b_4");
  CHECK(names.of_run_tag("a_b_2") == "a_b_2");
  CHECK(names.of_run_tag("plain") == "plain");
  REQUIRE(names.notices().size() == 3);
  CHECK(names.notices()[0].text == "tag \"a-b\" is exported as label \"a_b\"");
  CHECK(names.notices()[2].text == "tag \"a_b\" is exported as label \"a_b_4\"");
  CHECK(names.notices()[0].severity == Severity::note);
}

TEST_CASE("constant tags choose first") {
  const LabelNames names({"my.tag", "my_tag"}, {{"my-tag", "x"}});
  CHECK(names.of_constant_tag("my-tag") == "my_tag");
  CHECK(names.of_run_tag("my.tag") == "my_tag_2");
  CHECK(names.of_run_tag("my_tag") == "my_tag_3");
}

TEST_CASE("labels are sorted with __name__ among them and without empty values") {
  auto vus =
      series_of(0, "vus", MetricType::gauge, {{"UPPER", "u"}, {"a", "1 \"q\" \\ \n\x1b[31m"}, {"empty", ""}});
  vus.windows = {last(0, 1)};
  providers::ExportSettings settings;
  settings.constant_tags = {{"env", "prod"}, {"none", ""}};
  const auto exported = prometheus().open(destination_of({"vus"}), {vus}, settings);
  providers::Payload payload;
  REQUIRE(exported->next(payload));
  CHECK(payload.series == 1);
  const std::string text = text_of(payload);
  CHECK(text.find("k6_vus{UPPER=\"u\",a=\"1 \\\"q\\\" \\\\ \\n [31m\",env=\"prod\"} 1 3000\n") !=
        std::string::npos);
  CHECK(text.find("empty") == std::string::npos);
}

TEST_CASE("a tag without a name is dropped, and series that differ in nothing else with it") {
  auto one = series_of(0, "vus", MetricType::gauge, {{"", "1"}});
  auto two = series_of(0, "vus", MetricType::gauge, {{"", "2"}});
  one.windows = {last(0, 1)};
  two.windows = {last(0, 2)};
  const auto exported = prometheus().open(destination_of({"vus"}), {two, one}, {});
  CHECK(exported->series() == 1);
  CHECK(text_of(*exported) == "k6_vus 1 3000\nk6_vus StaleNaN 3001\n");
  CHECK(notices_of(*exported) ==
        "note: a tag without a name is left out of 2 series\n"
        "warning: 1 series are left out: only a tag without a name tells them from others\n");
}

TEST_CASE("metric names of the specification") {
  for (const char* good : {"a", "_", ":", "k6_http_reqs", "A:b_9"}) CHECK(providers::is_metric_name(good));
  for (const char* bad : {"", "9a", "a b", "a-b", "\xC3\xA4", "a.b"})
    CHECK_FALSE(providers::is_metric_name(bad));
  CHECK_FALSE(providers::metric_name_problem("fine"));
  CHECK(providers::metric_name_problem("9") ==
        "\"9\" is no Prometheus metric name (letters, digits, \"_\" and \":\", no digit first)");
}

}  // namespace k6apm::test
