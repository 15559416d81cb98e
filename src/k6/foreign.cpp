// Magic numbers: APPNOTE 4.3.7 (zip), xz-file-format 2.1.1.1, 7zFormat.txt, bzip2's BZh, LZ4 frame format,
// POSIX ustar ("ustar" at byte 257).
#include "k6/foreign.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "k6/csv_fields.hpp"
#include "k6/line.hpp"

namespace k6apm::k6 {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t k_tar_magic_at = 257;

constexpr auto* k_same_run =
    "let k6 write the points of the run beside it: --out json=FILE or --out csv=FILE";

/// A compression that is not read, and the command that undoes it.
struct Packed {
  std::string_view magic;
  std::string_view name;
  std::string_view command;
};
constexpr Packed k_packed[] = {
    {"\xFD\x37\x7A\x58\x5A\x00"sv, "xz", "xz -dc FILE"},   {"BZh", "bzip2", "bzip2 -dc FILE"},
    {"\x04\x22\x4D\x18"sv, "lz4", "lz4 -dc FILE"},         {"PK\x03\x04"sv, "zip", "unzip -p FILE"},
    {"\x37\x7A\xBC\xAF\x27\x1C"sv, "7z", "7z x -so FILE"},
};

/// Text that only a file of this kind begins with.
struct Beginning {
  std::string_view text;
  std::string_view what;
  std::string_view hint;
};
constexpr Beginning k_beginnings[] = {
    {"<!doctype", "is an HTML page",
     "it may be the answer of a download that failed, or a report of the run"},
    {"<html", "is an HTML page", "it may be the answer of a download that failed, or a report of the run"},
    {"<?xml", "is XML, as JUnit and JMeter write it", k_how_to_write},
    {"timestamp,elapsed,", "is a result of JMeter", "k6apm reads results of k6 only"},
    {"type,name,request count", "is a result of Locust", "k6apm reads results of k6 only"},
    {"run\t", "is a simulation log of Gatling", "k6apm reads results of k6 only"},
    {"# help ", "is text in the Prometheus format", k_how_to_write},
    {"# type ", "is text in the Prometheus format", k_how_to_write},
    {"metric_name;", "is CSV with semicolons, as a spreadsheet writes it",
     "give the file as k6 wrote it: with commas and unchanged times and numbers"},
    {"metric_name\t", "is CSV with tabs, as a spreadsheet writes it",
     "give the file as k6 wrote it: with commas and unchanged times and numbers"},
    {"\"metric_name\"", "is CSV with quotes around the names of the columns, which k6 does not write",
     "give the file as k6 wrote it"},
    {"version https://git-lfs", "is a pointer of Git LFS, not the file itself", "fetch it: git lfs pull"},
};

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// `name,tag=value field=1 1511234567000000000`, as k6's InfluxDB output has it.
bool is_influx_line(std::string_view line) {
  line = line.substr(0, line.find('\n'));
  return !line.starts_with('{') && holds(line, " value=") && line.find(',') < line.find(" value=");
}

bool is_script(std::string_view text) {
  return holds(text, "from 'k6") || holds(text, "from \"k6") || holds(text, "require('k6") ||
         holds(text, "require(\"k6") || holds(text, "export default") ||
         holds(text, "export const options") || holds(text, "export let options");
}

Foreign options() { return {"looks like options of k6, which belong behind -s", "k6apm RESULT -s FILE"}; }

/// JSON that is not k6's lines.
Foreign json(std::string_view text) {
  if (holds(text, "\"loadimpact\"") || holds(text, "\"remoteWriteURL\"")) return options();
  if (holds(text, "\"root_group\"") || holds(text, "\"metrics\""))
    return {"looks like an end-of-test summary, which has no points in time", k_same_run};
  if (holds(text, "\"Point\"") || holds(text, "\"Metric\""))
    return {"looks like k6's JSON output written anew, and each point has to be a line of its own",
            "put it back into lines: jq -c . FILE, or jq -c '.[]' FILE where it is an array"};
  if (holds(text, "\"provider\"") || holds(text, "\"thresholds\"") || holds(text, "\"scenarios\""))
    return options();
  return {"is JSON, but no result of k6", k_how_to_write};
}

}  // namespace

bool is_tar(std::string_view head) {
  return head.substr(std::min(head.size(), k_tar_magic_at)).starts_with("ustar");
}

Foreign foreign(std::string_view head) {
  for (const Packed& packed : k_packed) {
    if (!head.starts_with(packed.magic)) continue;
    return {fmt::format("is compressed with {}: plain, gzip and zstd are read", packed.name),
            fmt::format("{} | k6apm - ...", packed.command)};
  }
  if (is_tar(head)) return {"is a tar archive", "unpack it, or: tar -xOf FILE NAME | k6apm - ..."};
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) {
    return {"is UTF-16, as PowerShell's > writes it, and results are UTF-8",
            "let k6 write the file: --out json=FILE"};
  }
  if (begins_csv_row(head)) {
    return {"looks like k6's CSV output, but there is no header line",
            "put the header of the run before them: metric_name,timestamp,metric_value,..."};
  }
  if (head.starts_with(k_byte_order_mark)) head.remove_prefix(k_byte_order_mark.size());
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  const std::string lower = lower_case(head);
  for (const Beginning& one : k_beginnings) {
    if (lower.starts_with(one.text)) return {std::string(one.what), std::string(one.hint)};
  }
  if (head.starts_with('{') || head.starts_with('[')) return json(head);
  if (is_script(head))
    return {"is a script, and RESULT is what k6 wrote when it ran it", "k6apm results.json -s script.js"};
  if (is_influx_line(head)) return {"is in InfluxDB's line protocol", k_how_to_write};
  return {"is no result of k6: neither its JSON lines nor the header of its CSV are in it", k_how_to_write};
}

}  // namespace k6apm::k6
