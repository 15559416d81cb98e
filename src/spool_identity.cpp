#include "spool_identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apm/secret.hpp"
#include "error.hpp"
#include "providers/provider.hpp"
#include "ways_out.hpp"

namespace k6apm {
namespace {

using Json = nlohmann::json;

/// How the requests are sent, and what is said of it; everything else decides what is in them.
constexpr std::array k_of_sending{"--script",
                                  "--apm",
                                  "--env",
                                  "--inspect",
                                  "--header",
                                  "--cacert",
                                  "--cert",
                                  "--key",
                                  "--insecure",
                                  "--timeout",
                                  "--retry-time",
                                  "--connections",
                                  "--verify",
                                  "--query-url",
                                  "--datadog-historical",
                                  "--datadog-metadata",
                                  "--spool",
                                  "--threads",
                                  "--json",
                                  "--force",
                                  "--quiet",
                                  "--verbose",
                                  "--progress",
                                  "--color"};

/// Bytes at either end of a result that are looked at, our own choice: the run's own times stand there.
constexpr std::size_t k_end_bytes = std::size_t{64} * 1024;

std::uint64_t checksum_at(int file, off_t offset) {
  std::vector<char> bytes(k_end_bytes);
  const ssize_t n = ::pread(file, bytes.data(), bytes.size(), offset);
  return XXH3_64bits(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
}

/// Nothing where it comes only once, as a pipe does.
Json input_identity(const std::string& path) {
  if (path == "-") return nullptr;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    throw Error(ExitStatus::input, fmt::format("cannot be opened: {}", std::strerror(errno)),
                "without RESULT k6apm --spool DIR sends what is left in the spool", {path});
  }
  struct stat status {};
  Json identity = nullptr;
  if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
    const off_t end = std::max<off_t>(0, status.st_size - static_cast<off_t>(k_end_bytes));
    identity = {
        {"bytes", status.st_size}, {"begins", checksum_at(file, 0)}, {"ends", checksum_at(file, end)}};
  }
  ::close(file);
  return identity;
}

Json entry_identity(const apm::Entry& entry) {
  Json json{{"source", entry.source}};
  if (entry.target) json["target"] = *entry.target;
  if (entry.keep_tags) json["keep_tags"] = *entry.keep_tags;
  return json;
}

Json destination_identity(const apm::Destination& destination) {
  Json json = destination_address(destination);
  json["index"] = destination.index;
  json["resample_rate"] = destination.resample_s;
  json["test_run_id"] = destination.include_test_run_id;
  json["trend_stats"] = destination.trend_stats;
  json["native_histograms"] = destination.native_histograms;
  json["metrics"] = Json::array();
  for (const apm::Entry& entry : destination.entries) json["metrics"].push_back(entry_identity(entry));
  return json;
}

/// The names of members that differ, for people: the first of them.
std::string first_difference(const Json& then, const Json& now) {
  for (const auto& [name, value] : now.items()) {
    const Json before = then.value(name, Json());
    if (before == value) continue;
    const bool are_words = value.is_string() && before.is_string();
    return are_words
               ? fmt::format("{} is {} and was {}", name, value.get<std::string>(), before.get<std::string>())
               : fmt::format("{} is another", name);
  }
  return "something is missing";
}

/// "--keep-tags name is new", of two lists of options.
std::string options_difference(const Json& then, const Json& now) {
  const auto before = then.get<std::set<std::string>>();
  const auto after = now.get<std::set<std::string>>();
  for (const std::string& option : after) {
    if (!before.contains(option)) return option + " was not given then";
  }
  for (const std::string& option : before) {
    if (!after.contains(option)) return option + " was given then";
  }
  return "an option was given more or less often then";
}

}  // namespace

Json destination_address(const apm::Destination& destination) {
  const providers::Provider* provider = providers::find_provider(destination.kind);
  Json headers = Json::object();
  for (const auto& [name, value] : destination.connection.headers) {
    if (!apm::looks_secret(name)) headers[name] = value;
  }
  return {{"provider", provider->name},
          {"url", apm::masked_url(provider->endpoint(destination, k_user_agent).url)},
          {"headers", std::move(headers)}};
}

Json spool_identity(const cli::Job& job, const apm::ApmBlock& block) {
  Json inputs = Json::array();
  for (const std::string& path : job.results) inputs.push_back(input_identity(path));
  std::sort(inputs.begin(), inputs.end());
  Json options = Json::array();
  for (const auto& [flag, value] : job.given) {
    const bool of_sending = std::find(k_of_sending.begin(), k_of_sending.end(), flag) != k_of_sending.end();
    if (!of_sending) options.push_back(value.empty() ? flag : fmt::format("{} {}", flag, value));
  }
  std::sort(options.begin(), options.end());
  Json destinations = Json::array();
  for (const apm::Destination& destination : block.destinations) {
    if (destination.disabled.empty()) destinations.push_back(destination_identity(destination));
  }
  return {{"inputs", std::move(inputs)},
          {"options", std::move(options)},
          {"destinations", std::move(destinations)}};
}

std::string difference(const Json& then, const Json& now) {
  if (then == now) return {};
  if (then.at("options") != now.at("options"))
    return options_difference(then.at("options"), now.at("options"));
  if (then.at("inputs").size() != now.at("inputs").size()) return "the number of results is another";
  if (then.at("inputs") != now.at("inputs")) return "the results are others, or have changed";
  const Json& before = then.at("destinations");
  const Json& after = now.at("destinations");
  if (before.size() != after.size()) return "the number of destinations is another";
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before.at(i) == after.at(i)) continue;
    return fmt::format("apm[{}]: {}", after.at(i).value("index", i),
                       first_difference(before.at(i), after.at(i)));
  }
  return "something is another";
}

}  // namespace k6apm
