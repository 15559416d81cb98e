#include "cli/arguments.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "error.hpp"

using namespace k6apm::cli;
using k6apm::ExitStatus;
using k6apm::series::MergeGauges;
using k6apm::series::MetricType;

namespace {

Job job_of(std::vector<std::string> arguments) {
  const Arguments parsed = parse_arguments(arguments);
  REQUIRE(parsed.request == Request::job);
  return parsed.job;
}

/// What is wrong with these arguments; every such error is of status 2 and has a next step or says what is
/// allowed.
std::string error_of(const std::vector<std::string>& arguments) {
  try {
    parse_arguments(arguments);
  } catch (const k6apm::Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    CHECK_FALSE(error.notice().text.empty());
    return error.notice().text;
  }
  return "no error";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("results and flags come in any order") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"a.json", "b.json", "-s", "x.js", "-n"},
                                             {"-n", "-s", "x.js", "a.json", "b.json"},
                                             {"a.json", "-n", "b.json", "--script", "x.js"},
                                             {"--dry-run", "a.json", "--script=x.js", "b.json"},
                                             {"-sx.js", "-n", "--", "a.json", "b.json"}}) {
    const Job job = job_of(arguments);
    CHECK(job.results == std::vector<std::string>{"a.json", "b.json"});
    CHECK(job.script == "x.js");
    CHECK(job.dry_run);
  }
}

TEST_CASE("a lone dash is standard input, and behind -- everything is a RESULT") {
  CHECK(job_of({"-", "-s", "x.js"}).results == std::vector<std::string>{"-"});
  CHECK(job_of({"-s", "x.js", "--", "-n", "--json"}).results == std::vector<std::string>{"-n", "--json"});
}

TEST_CASE("without flags the defaults of the manual hold") {
  const Job job = job_of({"a.json", "-s", "x.js"});
  CHECK_FALSE(job.apm.has_value());
  CHECK_FALSE(job.dry_run);
  CHECK_FALSE(job.output.has_value());
  CHECK_FALSE(job.check);
  CHECK_FALSE(job.from.has_value());
  CHECK_FALSE(job.to.has_value());
  CHECK_FALSE(job.start_at.has_value());
  CHECK_FALSE(job.end_at.has_value());
  CHECK(job.keep_tags.empty());
  CHECK_FALSE(job.keep_all_tags);
  CHECK_FALSE(job.trend_stats);
  CHECK(job.max_series == 100000);
  CHECK(job.timeout_s == 30);
  CHECK(job.retry_time_s == 300);
  CHECK(job.connections == 2);
  CHECK(job.threads == 0);
  CHECK(job.color == Wish::automatic);
  CHECK(job.progress == Wish::automatic);
  CHECK(job.metric_types.empty());
  CHECK_FALSE(job.merge_gauges.has_value());
  CHECK_FALSE(job.allow_duplicates);
}

TEST_CASE("every flag reaches the job") {
  const Job job = job_of({"a.json",
                          "--apm",
                          "[]",
                          "-e",
                          "A=1",
                          "-e",
                          "A=2=3",
                          "--env",
                          "B=",
                          "--provider",
                          "prometheus",
                          "--provider",
                          "datadog",
                          "--from",
                          "+5s",
                          "--to",
                          "2026-11-20T07:27:26Z",
                          "--start-at",
                          "now",
                          "--keep-tags",
                          "b, a,b,",
                          "--tag",
                          "z=1",
                          "--tag",
                          "a=2",
                          "--tag",
                          "z=3",
                          "--test-run-id",
                          "7",
                          "--trend-stats",
                          "avg,p(50)",
                          "--rate-counts",
                          "-o",
                          "out",
                          "-f",
                          "--max-series",
                          "5",
                          "--timeout",
                          "0.5",
                          "--retry-time",
                          "0",
                          "--connections",
                          "3",
                          "--json",
                          "-q",
                          "-v",
                          "--progress",
                          "never",
                          "--color",
                          "always",
                          "--metric-type",
                          "orders placed=counter",
                          "--metric-type",
                          "wait=rate",
                          "--metric-type=wait=trend",
                          "--merge-gauges",
                          "max",
                          "--allow-duplicates",
                          "--threads",
                          "4"});
  CHECK(job.apm == "[]");
  CHECK(job.env == std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"A", "2=3"}, {"B", ""}});
  CHECK(job.providers == std::vector<std::string>{"prometheus", "datadog"});
  CHECK(job.from->base == TimeBase::run_start);
  CHECK(job.from->ns == 5'000'000'000);
  CHECK(job.to->base == TimeBase::epoch);
  CHECK(job.start_at->base == TimeBase::now);
  CHECK_FALSE(job.end_at.has_value());
  CHECK(job_of({"a.json", "-s", "x.js", "--end-at", "+1h"}).end_at->base == TimeBase::run_start);
  CHECK(job.keep_tags == std::vector<std::string>{"a", "b"});
  CHECK(job.tags == k6apm::series::Tags{{"a", "2"}, {"z", "3"}});
  CHECK(job.test_run_id == "7");
  CHECK(job.trend_stats->size() == 2);
  CHECK(job.rate_counts);
  CHECK(job.output == "out");
  CHECK(job.force);
  CHECK(job.max_series == 5);
  CHECK(job.timeout_s == 0.5);
  CHECK(job.retry_time_s == 0);
  CHECK(job.connections == 3);
  CHECK(job.json);
  CHECK(job.quiet);
  CHECK(job.verbose);
  CHECK(job.progress == Wish::never);
  CHECK(job.color == Wish::always);
  CHECK(job.metric_types == std::map<std::string, MetricType>{{"orders placed", MetricType::counter},
                                                              {"wait", MetricType::trend}});
  CHECK(job.merge_gauges == MergeGauges::max);
  CHECK(job.allow_duplicates);
  CHECK(job.threads == 4);
}

TEST_CASE("--keep-tags all keeps every tag") {
  const Job job = job_of({"a.json", "-s", "x.js", "--keep-tags", "all"});
  CHECK(job.keep_all_tags);
  CHECK(job.keep_tags.empty());
}

TEST_CASE("--metric-type and --merge-gauges take every word they name") {
  const std::vector<std::pair<std::string, MetricType>> types = {{"counter", MetricType::counter},
                                                                 {"gauge", MetricType::gauge},
                                                                 {"rate", MetricType::rate},
                                                                 {"trend", MetricType::trend}};
  for (const auto& [word, type] : types)
    CHECK(job_of({"a.csv", "-s", "x.js", "--metric-type", "m=" + word}).metric_types.at("m") == type);
  const std::vector<std::pair<std::string, MergeGauges>> ways = {
      {"sum", MergeGauges::sum}, {"last", MergeGauges::last}, {"max", MergeGauges::max}};
  for (const auto& [word, way] : ways)
    CHECK(job_of({"a.csv", "-s", "x.js", "--merge-gauges", word}).merge_gauges == way);
}

TEST_CASE("help and version need nothing else") {
  CHECK(parse_arguments({}).request == Request::usage);
  CHECK(parse_arguments({"-h"}).request == Request::short_help);
  CHECK(parse_arguments({"--help"}).request == Request::long_help);
  CHECK(parse_arguments({"-V"}).request == Request::version);
  CHECK(parse_arguments({"--version"}).request == Request::version);
  CHECK(parse_arguments({"a.json", "-h"}).request == Request::short_help);
}

TEST_CASE("--check needs no RESULT, --decode nothing but files") {
  CHECK(job_of({"--check", "-s", "x.js"}).check);
  CHECK(job_of({"--decode", "a.body", "b.body"}).decode == std::vector<std::string>{"a.body", "b.body"});
  CHECK(job_of({"--decode", "a.body", "--decode", "b.body"}).decode.size() == 2);
}

TEST_CASE("what is wrong is said with the name of the flag") {
  struct Case {
    std::vector<std::string> arguments;
    std::vector<std::string> parts;
  };
  const std::vector<Case> cases = {
      {{"a.json"}, {"-s", "--apm"}},
      {{"-s", "x.js"}, {"RESULT"}},
      {{"a.json", "-s", "x.js", "--apm", "[]"}, {"--script", "--apm"}},
      {{"a.json", "-s", "x.js", "-n", "-o", "out"}, {"--dry-run", "--output"}},
      {{"a.json", "-s", "x.js", "--from", "10", "--to", "10"}, {"--from", "--to"}},
      {{"a.json", "-s", "x.js", "--from", "+10s", "--to", "+9s"}, {"--from", "--to"}},
      {{"a.json", "--decode", "b"}, {"--decode"}},
      {{"--decode", "b", "--check"}, {"--decode"}},
      {{"a.json", "-s", "x.js", "--nonsense"}, {"--nonsense"}},
      {{"a.json", "-s", "x.js", "-Z"}, {"-Z"}},
      {{"a.json", "-s"}, {"-s"}},
      {{"a.json", "-s", "x.js", "-s", "y.js", "--threads"}, {"--threads"}},
      {{"a.json", "-s", "x.js", "-e", "A"}, {"--env", "KEY=VALUE"}},
      {{"a.json", "-s", "x.js", "-e", "=5"}, {"--env", "KEY=VALUE"}},
      {{"a.json", "-s", "x.js", "--tag", "A="}, {"--tag", "KEY=VALUE"}},
      {{"a.json", "-s", "x.js", "--tag", "A"}, {"--tag", "KEY=VALUE"}},
      {{"a.json", "-s", "x.js", "--test-run-id", ""}, {"--test-run-id"}},
      {{"a.json", "-s", "x.js", "--from", "soon"}, {"--from", "RFC 3339"}},
      {{"a.json", "-s", "x.js", "--to", "later"}, {"--to", "RFC 3339"}},
      {{"a.json", "-s", "x.js", "--from", "now"}, {"--from", "RFC 3339"}},
      {{"a.json", "-s", "x.js", "--start-at", "later"}, {"--start-at", "\"now\", RFC 3339"}},
      {{"a.json", "-s", "x.js", "--end-at", ""}, {"--end-at", "\"now\", RFC 3339"}},
      {{"a.json", "-s", "x.js", "--start-at", "now", "--end-at", "+1h"}, {"--start-at", "--end-at"}},
      {{"a.json", "-s", "x.js", "--trend-stats", "avg,nonsense"}, {"--trend-stats", "nonsense"}},
      {{"a.json", "-s", "x.js", "--max-series", "0"}, {"--max-series", "from 1"}},
      {{"a.json", "-s", "x.js", "--max-series", "-5"}, {"--max-series"}},
      {{"a.json", "-s", "x.js", "--max-series", "1e5"}, {"--max-series"}},
      {{"a.json", "-s", "x.js", "--timeout", "0"}, {"--timeout", "seconds"}},
      {{"a.json", "-s", "x.js", "--timeout", "nan"}, {"--timeout"}},
      {{"a.json", "-s", "x.js", "--timeout", "5s"}, {"--timeout"}},
      {{"a.json", "-s", "x.js", "--retry-time", "86401"}, {"--retry-time"}},
      {{"a.json", "-s", "x.js", "--connections", "65"}, {"--connections", "64"}},
      {{"a.json", "-s", "x.js", "--threads", "0"}, {"--threads"}},
      {{"a.json", "-s", "x.js", "--threads", "99999999999999999999999"}, {"--threads"}},
      {{"a.json", "-s", "x.js", "--metric-type", "m"}, {"--metric-type", "NAME=TYPE"}},
      {{"a.json", "-s", "x.js", "--metric-type", "=rate"}, {"--metric-type", "NAME=TYPE"}},
      {{"a.json", "-s", "x.js", "--metric-type", ""}, {"--metric-type", "NAME=TYPE"}},
      {{"a.json", "-s", "x.js", "--metric-type", "m="}, {"--metric-type", "counter, gauge, rate and trend"}},
      {{"a.json", "-s", "x.js", "--metric-type", "m=Trend"}, {"--metric-type", "Trend", "counter, gauge"}},
      {{"a.json", "-s", "x.js", "--metric-type", "m=trend "}, {"--metric-type", "counter, gauge"}},
      {{"a.json", "-s", "x.js", "--metric-type", "a=b=rate"}, {"--metric-type", "b=rate"}},
      {{"a.json", "-s", "x.js", "--metric-type", "m{a:b}=rate"}, {"--metric-type", "m{a:b}", "selector"}},
      {{"a.json", "-s", "x.js", "--metric-type"}, {"--metric-type"}},
      {{"a.json", "-s", "x.js", "--merge-gauges", "avg"}, {"--merge-gauges", "sum", "last", "max"}},
      {{"a.json", "-s", "x.js", "--merge-gauges", ""}, {"--merge-gauges"}},
      {{"a.json", "-s", "x.js", "--color", "blue"}, {"--color", "auto", "always", "never"}},
      {{"a.json", "-s", "x.js", "--progress", ""}, {"--progress"}},
  };
  for (const Case& c : cases) {
    const std::string text = error_of(c.arguments);
    CAPTURE(text);
    for (const std::string& part : c.parts) {
      CAPTURE(part);
      CHECK(holds(text, part));
    }
  }
}

TEST_CASE("a flag is not cut short") { CHECK(error_of({"a.json", "-s", "x.js", "--dry"}) != "no error"); }

TEST_CASE("what stands behind -e is not repeated in the message, it may be a secret") {
  CHECK_FALSE(holds(error_of({"a.json", "-s", "x.js", "-e", "=s3cret"}), "s3cret"));
}

TEST_CASE("one way out at a time") {
  CHECK(job_of({"a", "-s", "x", "--openmetrics", "out.om"}).openmetrics == "out.om");
  CHECK(job_of({"a", "-s", "x", "--openmetrics", "-"}).openmetrics == "-");
  CHECK(job_of({"a", "-s", "x", "--openmetrics", "out.om", "--json", "-f"}).force);
  CHECK(holds(error_of({"a", "-s", "x", "--openmetrics", "out.om", "-n"}), "choose one"));
  CHECK(holds(error_of({"a", "-s", "x", "--openmetrics", "out.om", "-o", "out"}), "choose one"));
  CHECK(holds(error_of({"a", "-s", "x", "--openmetrics", "-", "--json"}), "standard output"));
  CHECK(holds(error_of({"a", "-s", "x", "--openmetrics", ""}), "is not allowed"));
  CHECK(holds(error_of({"--decode", "b", "--openmetrics", "x"}), "stands alone"));
}

TEST_CASE("a preview is made instead of sending, with or without a dry run") {
  CHECK(job_of({"a", "-s", "x", "--preview", "p.html"}).preview == "p.html");
  CHECK(job_of({"a", "-s", "x", "--preview", "-"}).preview == "-");
  CHECK(job_of({"a", "-s", "x", "--preview", "p.html", "-n", "--json"}).only_counts());
  CHECK(job_of({"a", "-s", "x", "--preview", "p.html"}).only_counts());
  CHECK_FALSE(job_of({"a", "-s", "x"}).only_counts());
  const std::vector<std::vector<std::string>> others = {
      {"-o", "out"}, {"--openmetrics", "x"}, {"--spool", "s"}, {"--verify"}, {"--check"}};
  for (const std::vector<std::string>& other : others) {
    std::vector<std::string> arguments = {"a", "-s", "x", "--preview", "p.html"};
    arguments.insert(arguments.end(), other.begin(), other.end());
    CHECK(holds(error_of(arguments), "and --preview are both given: choose one"));
  }
  CHECK(holds(error_of({"a", "-s", "x", "--preview", "p", "--partial", "q"}), "choose one"));
  CHECK(holds(error_of({"a", "-s", "x", "--preview", "-", "--json"}), "standard output"));
  CHECK(holds(error_of({"a", "-s", "x", "--preview", "-", "-n"}), "standard output"));
  CHECK(holds(error_of({"a", "-s", "x", "--preview", ""}), "is not allowed"));
  CHECK(holds(error_of({"--decode", "b", "--preview", "x"}), "stands alone"));
}

TEST_CASE("headers and certificates") {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const Job job = job_of({"a", "-s", "x", "--header", "X-A: 1", "--header", "X-B:2", "--header", "x-a: 3",
                          "--cacert", "ca", "--cert", "c", "--key", "k", "--insecure"});
  CHECK(job.headers == Headers{{"X-B", "2"}, {"x-a", "3"}});
  CHECK(job.ca_file == "ca");
  CHECK(job.cert_file == "c");
  CHECK(job.key_file == "k");
  CHECK(job.insecure);
  CHECK_FALSE(job_of({"a", "-s", "x"}).insecure);
  for (const char* header : {"X-A", "X-A:", "Host: a", "authorization: a", "X A: b", "X-A: b\n"}) {
    const std::string error = error_of({"a", "-s", "x", "--header", header});
    CAPTURE(error);
    CHECK(holds(error, "--header: "));
  }
  CHECK(
      holds(error_of({"a", "-s", "x", "--header", "Authorization: s3cret"}), "credentials of the apm block"));
  CHECK_FALSE(holds(error_of({"a", "-s", "x", "--header", "Authorization: s3cret"}), "s3cret"));
  CHECK(holds(error_of({"a", "-s", "x", "--key", "k"}), "without --cert"));
  CHECK(holds(error_of({"a", "-s", "x", "--cacert", ""}), "is not allowed"));
}

TEST_CASE("the environment may say where to deliver to") {
  const std::string variable = "K6_PROMETHEUS_RW_SERVER_URL=";
  CHECK_FALSE(job_of({"a", "-e", variable + "http://h/w"}).apm);
  CHECK(holds(error_of({"a", "-e", variable}), "nothing says where to deliver to"));
  CHECK(holds(error_of({"a"}), "nothing says where to deliver to"));
}
