#include "delivery/file_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apm/secret.hpp"
#include "delivery/whole_file.hpp"
#include "error.hpp"

namespace k6apm::delivery {
namespace {

namespace fs = std::filesystem;

/// Digits of NNNNNN; a number that needs more has more.

void write_whole(const fs::path& path, std::string_view bytes) {
  WholeFile file(path);
  file.write(bytes);
  file.finish();
}

bool is_request_file(const fs::path& name) {
  const std::string stem = name.stem().string();
  const bool number = stem.size() >= k_number_digits &&
                      std::all_of(stem.begin(), stem.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number && (name.extension() == ".body" || name.extension() == ".json");
}

/// The files of an earlier run, sorted.
std::vector<fs::path> request_files(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (is_request_file(it->path().filename())) files.push_back(it->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(ExitStatus::usage,
                fmt::format("cannot read directory {}: {}", directory.string(), error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// RFC 3339 in UTC with milliseconds.
std::string time_text(std::int64_t time_ms) {
  std::int64_t seconds = time_ms / 1000;
  std::int64_t ms = time_ms % 1000;
  if (ms < 0) {
    ms += 1000;
    --seconds;
  }
  const auto when = static_cast<std::time_t>(seconds);
  std::tm utc{};
  gmtime_r(&when, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms);
}

void remove_file(const fs::path& path) {
  std::error_code error;
  if (!fs::remove(path, error) && error) fail_to_write(path, error.value());
}

std::string sidecar(const providers::Endpoint& endpoint, const providers::Payload& payload) {
  nlohmann::ordered_json headers = nlohmann::ordered_json::object();
  for (const providers::Header& header : endpoint.headers) {
    headers[header.name] = header.secret ? "***" : header.value;
  }
  nlohmann::ordered_json json;
  json["method"] = "POST";
  json["url"] = apm::masked_url(endpoint.url);
  json["headers"] = std::move(headers);
  json["series"] = payload.series;
  json["points"] = payload.points;
  json["first"] = time_text(payload.first_ms);
  json["last"] = time_text(payload.last_ms);
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

void make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error) return;
  throw Error(ExitStatus::usage,
              fmt::format("cannot make directory {}: {}", directory.string(), error.message()));
}

void check_files(const fs::path& dir, const std::string& subdir, bool force) {
  const std::vector<fs::path> earlier = request_files(dir / subdir);
  if (earlier.empty() || force) return;
  throw Error(ExitStatus::usage, fmt::format("{} is there already", earlier.front().string()),
              "-f replaces the requests of an earlier run");
}

Outcome write_files(providers::Export& payloads, const providers::Provider& provider,
                    const providers::Endpoint& endpoint, const fs::path& dir, const std::string& subdir,
                    bool force, const std::atomic<bool>& interrupted) {
  check_files(dir, subdir, force);
  const fs::path directory = dir / subdir;
  make_directory(directory);
  Outcome outcome;
  try {
    for (const fs::path& earlier : request_files(directory)) remove_file(earlier);
    providers::Payload payload;
    while (!interrupted && payloads.next(payload)) {
      const std::string number = fmt::format("{:0{}}", outcome.requests + 1, k_number_digits);
      write_whole(directory / (number + ".body"), payload.body);
      write_whole(directory / (number + ".json"),
                  sidecar(providers::endpoint_for(provider, endpoint, payload), payload));
      ++outcome.requests;
      outcome.points_delivered += payload.points;
      outcome.bytes += payload.body.size();
    }
  } catch (const Error& failure) {
    outcome.unavailable = true;
    outcome.error = failure.notice().text;
    outcome.notices.push_back(failure.notice());
  }
  outcome.points_kept = payloads.points() - outcome.points_delivered;
  outcome.interrupted = interrupted && outcome.points_kept > 0;
  sync_directory(directory);
  return outcome;
}

}  // namespace k6apm::delivery
