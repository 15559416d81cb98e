#include "cli/help.hpp"

#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <isa-l.h>
#include <simdjson.h>
#include <snappy.h>
#include <utf8proc.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>
#include <CLI/Version.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

#include "apm/libarchive.hpp"
#include "cli/flags.hpp"
#include "delivery/libcurl.hpp"
#include "error.hpp"

namespace k6apm::cli {
namespace {

constexpr std::size_t k_columns = 80;
constexpr std::size_t k_names_columns = 29;  ///< of -h

constexpr std::string_view k_what =
    "k6apm delivers the results of a k6 load test to Prometheus, Datadog and k6\n"
    "cloud, after the run.\n"
    "\n"
    "It reads what k6 wrote with --out json=FILE or --out csv=FILE and the apm block\n"
    "in the options of the script, resamples and filters the metrics and sends them:\n"
    "by remote write, to Datadog's series API, or as a k6 cloud test run.\n";

constexpr std::string_view k_examples =
    "Examples:\n"
    "  k6apm results.json -s script.js -n         what would be sent\n"
    "  k6apm results.json.gz -s script.js         send it\n"
    "  k6apm results.json -s script.js -o out     write the requests to files\n";

/// `  -s, --script FILE`
std::string heading(const Flag& flag) {
  const std::vector<std::string> names = names_of(flag);
  std::string text = names.front().size() == 2 ? "  " : "      ";
  text += names.front();
  if (names.size() > 1) text += ", " + names.back();
  return flag.value.empty() ? text : text + ' ' + flag.value;
}

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string result;
  std::size_t column = k_columns;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    if (column + 1 + word.size() > k_columns - 1) {
      result += fmt::format("{}{:{}}{}", result.empty() ? "" : "\n", "", indent, word);
      column = indent + word.size();
    } else {
      result += fmt::format(" {}", word);
      column += 1 + word.size();
    }
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return result + '\n';
}

/// As the library says itself that is there now, not the header that was there when k6apm was built.
template <typename Ask>
std::string version_found(Ask ask) {
  try {
    return ask();
  } catch (const Error& missing) {
    return fmt::format("missing ({})", missing.notice().text);
  }
}

/// Of one of the form 1002003, which protobuf and libarchive have: 1.2.3.
std::string dotted(int version) {
  return fmt::format("{}.{}.{}", version / 1000000, version / 1000 % 1000, version % 1000);
}

}  // namespace

std::string usage() {
  return fmt::format("{}\n{}\n{}", k_what, k_examples, "Read on: k6apm -h, k6apm --help, man k6apm\n");
}

std::string short_help() {
  std::string text = "Usage: k6apm [OPTIONS] RESULT...\n\n";
  text +=
      "RESULT is a file that k6 wrote with --out json=FILE or --out csv=FILE, plain,\n"
      "gzip or zstd; - is standard input. Several files are the parts of one run.\n\n";
  std::string rare;
  for (const Flag& flag : flags()) {
    if (flag.rare) {
      rare += (rare.empty() ? "" : ", ") + names_of(flag).back();
    } else {
      text += fmt::format("{:<{}} {}\n", heading(flag), k_names_columns, flag.brief);
    }
  }
  return text + "\nk6apm --help explains these in full, and:\n" + wrapped(rare, 2);
}

std::string long_help() {
  std::string text = fmt::format("Usage: k6apm [OPTIONS] RESULT...\n\n{}\n{}", k_what, k_examples);
  std::string_view group;
  for (const Flag& flag : flags()) {
    if (flag.group != group) {
      group = flag.group;
      text += fmt::format("\n{}:\n", group);
    }
    text += heading(flag) + '\n' + wrapped(description_of(flag), 10);
  }
  text +=
      "\nExit status:\n"
      "  0    everything that was asked for was delivered or written\n"
      "  1    finished, but something was left out\n"
      "  2    the command line or the options are wrong, or no destination is usable\n"
      "  3    an input cannot be opened or is no k6 result\n"
      "  4    a destination refused everything for good\n"
      "  5    a destination stayed unavailable\n"
      "  99   with --thresholds: a threshold is crossed\n"
      "  130, 143  interrupted\n";
  return text;
}

std::string version_text() {
  const simdjson::implementation* const active = simdjson::get_active_implementation();
  const std::string curl =
      version_found([] { return delivery::libcurl().version_info(CURLVERSION_NOW)->version; });
  const std::string archive = version_found([] { return dotted(apm::libarchive().version_number()); });
  return fmt::format(
      "k6apm {}\nCLI11 {}, curl {}, fmt {}.{}.{}, ISA-L {}.{}.{}, libarchive {}, nlohmann/json {}.{}.{},\n"
      "protobuf {}, simdjson {}.{}.{} ({}), snappy {}.{}.{}, utf8proc {},\n"
      "xxHash {}.{}.{}, zlib {}, zstd {}\n",
      K6APM_VERSION, CLI11_VERSION, curl, FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100,
      ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION, archive, NLOHMANN_JSON_VERSION_MAJOR,
      NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH, dotted(GOOGLE_PROTOBUF_VERSION),
      simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR, simdjson::SIMDJSON_VERSION_REVISION,
      active->name(), SNAPPY_MAJOR, SNAPPY_MINOR, SNAPPY_PATCHLEVEL, utf8proc_version(), XXH_VERSION_MAJOR,
      XXH_VERSION_MINOR, XXH_VERSION_RELEASE, zlibVersion(), ZSTD_versionString());
}

}  // namespace k6apm::cli
