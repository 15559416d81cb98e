#include <doctest/doctest.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <atomic>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "error.hpp"
#include "k6/gather.hpp"
#include "k6/partial_fields.hpp"
#include "k6/partial_writer.hpp"
#include "memory_file.hpp"

using namespace k6apm::k6;
using namespace k6apm::k6::test;
using k6apm::Error;
using k6apm::ExitStatus;

namespace {

constexpr std::size_t k_longest = 1000;

std::string sealed(std::string content) {
  const std::uint64_t checksum = XXH3_64bits(content.data(), content.size());
  content += '\x79';
  for (unsigned shift = 0; shift < 64; shift += 8) content += static_cast<char>(checksum >> shift & 0xffU);
  return content;
}

std::string damage_of(const std::string& content, std::size_t at_once) {
  PartialFields fields(k_longest);
  std::string rest;
  for (std::size_t at = 0; at < content.size() || !rest.empty();) {
    const std::size_t more = std::min(at_once, content.size() - at);
    rest += content.substr(at, more);
    at += more;
    const bool ended = at == content.size();
    const std::size_t cut = fields.cut(rest, ended);
    if (cut == 0 && ended) break;
    rest.erase(0, cut);
  }
  return fields.damage();
}

std::string line(const std::string& metric, int second, const std::string& value) {
  return fmt::format(
      R"({{"metric":"{}","type":"Point","data":{{"time":"2026-11-20T07:27:{:02}Z","value":{},"tags":{{}}}}}})"
      "\n",
      metric, second, value);
}

GatherSettings settings_of(const std::vector<std::string>& paths) {
  GatherSettings settings;
  settings.paths = paths;
  settings.quantiles = {0.5};
  settings.state_options = {{"speed", "high"}};
  return settings;
}

k6apm::series::Rule everything(bool gauge_spread) {
  auto rule = rule_for_everything();
  rule.gauge_spread = gauge_spread;
  return rule;
}

std::string partial_of(const std::vector<std::string>& paths, std::vector<StateOption> options,
                       bool gauge_spread = true) {
  GatherSettings settings = settings_of(paths);
  settings.state_options = options;
  settings.keep_state = true;
  const std::atomic<bool> never{false};
  const std::vector rules{everything(gauge_spread)};
  Gathered gathered = gather(settings, rules, never);
  std::string file;
  const auto put = [&file](std::string_view piece) {
    file += piece;
    return true;
  };
  write_partial(std::move(*gathered.state), options, "0", put, never);
  return file;
}

/// Name, type and windows of every series.
std::string series_of(const std::vector<std::string>& paths) {
  const std::atomic<bool> never{false};
  const std::vector rules{rule_for_everything()};
  std::string text;
  for (auto& series : gather(settings_of(paths), rules, never).series) {
    series.make_windows();
    text += fmt::format("{} {}", series.metric, static_cast<int>(series.type));
    for (const auto& window : series.windows) {
      text += fmt::format(" | {} {} {} {} {} {}", window.start_s, window.count, window.nonzero, window.last,
                          window.sum.value(), fmt::join(window.quantiles, ","));
    }
    text += '\n';
  }
  return text;
}

ExitStatus status_of(const std::vector<std::string>& paths) {
  const std::atomic<bool> never{false};
  const std::vector rules{rule_for_everything()};
  try {
    const Gathered run = gather(settings_of(paths), rules, never);
    return run.refusal ? run.refusal->status() : ExitStatus::ok;
  } catch (const Error& error) {
    CHECK_FALSE(error.notice().text.empty());
    return error.status();
  }
}

}  // namespace

TEST_CASE("fields are cut anywhere, and the checksum is of all before it") {
  const std::string content = sealed(std::string(k_partial_magic) + std::string("\x10\x01\x1a\x03"
                                                                                "abc",
                                                                                7));
  for (const std::size_t at_once : {1U, 2U, 7U, 1000U}) {
    CHECK(damage_of(content, at_once).empty());
    CHECK(damage_of(content + '\0', at_once) == "something follows its end");
    CHECK(damage_of(content.substr(0, content.size() - 1), at_once) == "its end is missing");
    CHECK(damage_of(content.substr(0, content.size() - 9), at_once) == "its end is missing");
    std::string flipped = content;
    flipped[28] = 'x';
    CHECK(damage_of(flipped, at_once) == "its checksum is wrong");
  }
}

TEST_CASE("what is no field is wrong at once") {
  for (const std::string& wrong : {std::string("\x03", 1), std::string("\x05", 1), std::string("\0", 1),
                                   std::string(11, '\xff'), std::string("\x1a\xff\xff\xff\xff\x0f", 6)}) {
    CHECK(damage_of(std::string(k_partial_magic) + wrong, 3) == "what stands in it cannot be");
  }
}

TEST_CASE("a metric without a type keeps what any type needs") {
  const MemoryFile points(line("m", 1, "1.5") + line("m", 1, "0") + line("m", 8, "-7"));
  for (const std::string& type :
       {std::string("counter"), std::string("gauge"), std::string("rate"), std::string("trend")}) {
    const MemoryFile type_line(fmt::format(
        R"({{"type":"Metric","data":{{"name":"m","type":"{}","contains":"default"}},"metric":"m"}})"
        "\n",
        type));
    const std::string wanted = series_of({points.path(), type_line.path()});
    CHECK_FALSE(wanted.empty());
    const MemoryFile part(partial_of({points.path()}, {{"speed", "high"}}));
    const MemoryFile types(partial_of({type_line.path()}, {{"speed", "high"}}));
    CHECK(series_of({part.path(), type_line.path()}) == wanted);
    CHECK(series_of({types.path(), part.path()}) == wanted);
    CHECK(series_of({types.path(), points.path()}) == wanted);
  }
}

TEST_CASE("how a gauge spreads is kept where it is asked for") {
  const std::string type =
      R"({"type":"Metric","data":{"name":"g","type":"gauge","contains":"default"},"metric":"g"})"
      "\n";
  const MemoryFile points(type + line("g", 1, "0.1") + line("g", 1, "-7") + line("g", 2, "3") +
                          line("g", 8, "5e300"));
  const std::vector<StateOption> options{{"speed", "high"}};
  const MemoryFile with(partial_of({points.path()}, options, true));
  const MemoryFile without(partial_of({points.path()}, options, false));
  const auto spread_of = [](const std::string& path) {
    const std::atomic<bool> never{false};
    const std::vector rules{rule_for_everything()};
    std::string text;
    for (auto& series : gather(settings_of({path}), rules, never).series) {
      series.make_windows();
      for (const auto& window : series.windows)
        text += fmt::format("{} {} {} {} {};", window.count, window.sum.value(), window.min, window.max,
                            window.last);
    }
    return text;
  };
  CHECK(spread_of(with.path()) == spread_of(points.path()));
  CHECK(spread_of(without.path()) == "1 3 3 3 3;1 5e+300 5e+300 5e+300 5e+300;");
}

TEST_CASE("a long series comes in pieces") {
  std::string text = R"({"type":"Metric","data":{"name":"m","type":"trend","contains":"time"},"metric":"m"})"
                     "\n";
  for (int i = 0; i < 40000; ++i) text += line("m", i % 3 == 0 ? 1 : 20, fmt::format("{}", i * 7919 % 40000));
  const MemoryFile points(text);
  const MemoryFile part(partial_of({points.path()}, {{"speed", "high"}}));
  CHECK(series_of({part.path()}) == series_of({points.path()}));
}

TEST_CASE("what was made with other options is refused, and what is damaged") {
  const MemoryFile points(line("vus", 1, "1.5"));
  const MemoryFile slow(partial_of({points.path()}, {{"speed", "low"}}));
  CHECK(status_of({slow.path()}) == ExitStatus::usage);
  const std::string file = partial_of({points.path()}, {{"speed", "high"}});
  const MemoryFile good(file);
  CHECK(status_of({good.path()}) == ExitStatus::ok);
  CHECK(status_of({good.path(), points.path()}) == ExitStatus::usage);
  const MemoryFile cut(file.substr(0, file.size() - 5));
  CHECK(status_of({cut.path()}) == ExitStatus::input);
}

TEST_CASE("fields that are whole and cannot be are refused") {
  const std::string head = std::string(k_partial_magic) + std::string("\x10\x01", 2);
  const MemoryFile no_input(sealed(head + std::string("\x22\x0d\x0a\x05speed\x12\x04high", 15)));
  CHECK(status_of({no_input.path()}) == ExitStatus::input);
  const MemoryFile no_options(sealed(head));
  CHECK(status_of({no_options.path()}) == ExitStatus::usage);
  const MemoryFile later(sealed(std::string(k_partial_magic) + std::string("\x10\x02", 2)));
  CHECK(status_of({later.path()}) == ExitStatus::usage);
}

TEST_CASE("the first difference of options is told") {
  const std::vector<StateOption> options{{"a", "1"}, {"b", "2"}};
  CHECK(difference(options, options).empty());
  CHECK(difference(options, {{"a", "1"}, {"b", "3"}}) == "b is 3 and was 2");
  CHECK(difference(options, {{"a", "1"}}) == "b was 2 and is not there");
  CHECK(difference({{"a", "1"}}, options) == "b is 2 and was not there");
}
