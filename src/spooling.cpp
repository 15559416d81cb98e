// What surprises: everything is written before anything is sent. So a run that ends while it reads has sent
// nothing and begins anew, and one that ends later never needs the results again.
#include "spooling.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "apm/secret.hpp"
#include "block_source.hpp"
#include "cli/progress.hpp"
#include "connections.hpp"
#include "delivery/json_members.hpp"
#include "delivery/spooled_export.hpp"
#include "error.hpp"
#include "parallel.hpp"
#include "plan.hpp"
#include "sending.hpp"
#include "spool_identity.hpp"
#include "spool_report.hpp"

namespace k6apm {
namespace {

using Json = nlohmann::json;

/// Of run.json and the outboxes; another number is another format.
constexpr int k_format = 1;

/// Whether requests need something that the spool may not hold.
bool needs_login(const Route& route) {
  const providers::Endpoint endpoint = endpoint_of(route);
  const bool in_headers = std::any_of(endpoint.headers.begin(), endpoint.headers.end(),
                                      [](const providers::Header& header) { return header.secret; });
  const std::string& url = route.destination->remote_write_url;
  return in_headers || apm::masked_url(url) != url || !endpoint.tls.cert_file.empty();
}

/// What is kept of a destination, so that its requests can be sent.
Json kept_destination(const Route& route, const Json& facts) {
  const bool login = needs_login(route);
  Json kept{{"index", route.destination->index},
            {"directory", directory_name(route)},
            {"address", destination_address(*route.destination)},
            {"needs_login", login},
            {"spelled", route.destination->provider},
            {"url", login ? "" : route.destination->remote_write_url},
            {"newer_form", route.form != nullptr},
            {"resample_rate", route.destination->resample_s},
            {"facts", facts}};
  if (route.run) kept["test_run"] = spooled_test_run(*route.run, route.end);
  return kept;
}

std::size_t index_of(const Json& kept) { return delivery::member<std::size_t>(kept, "index"); }

[[noreturn]] void fail_as_damaged(const std::filesystem::path& directory) {
  throw Error(ExitStatus::unavailable,
              fmt::format("the spool {} is damaged: run.json cannot be read", directory.string()),
              "remove it, and begin anew with the results");
}

bool is_cloud(const cli::DestinationReport& report) {
  return report.provider == providers::find_provider(apm::ProviderKind::cloud)->name;
}

/// As apm::Destination::place().
std::string place_of(const cli::DestinationReport& report) {
  return is_cloud(report) ? "cloud" : fmt::format("apm[{}]", report.index);
}

/// What became of the points of a destination, with what is to be said of it.
void complete(delivery::Outcome outcome, cli::DestinationReport& report) {
  report.outcome = std::move(outcome);
  report.status = cli::delivery_status(report.outcome);
  report.error = report.outcome.error;
  report.notices.insert(report.notices.end(), report.outcome.notices.begin(), report.outcome.notices.end());
}

/// A destination whose requests cannot be read any more.
void give_up(const Error& damage, cli::DestinationReport& report) {
  delivery::Outcome outcome;
  outcome.points_kept = report.points;
  outcome.unavailable = true;
  outcome.error = fmt::format("{}: {}", place_of(report), damage.notice().text);
  outcome.notices.push_back({Severity::warning, {}, outcome.error, damage.notice().hint});
  complete(std::move(outcome), report);
}

/// A destination that nobody gives a login for: its points stay where they are.
void leave(const Json& kept, const delivery::Outbox& outbox, cli::DestinationReport& report) {
  delivery::Outcome outcome = outbox.account().closed(report.points, false);
  outcome.unavailable = true;
  outcome.error = fmt::format("{}: nothing gives the login for {}, so its {} stay in the spool",
                              place_of(report), kept.at("address").at("url").get<std::string>(),
                              cli::plural(outcome.points_kept, "point", "points"));
  outcome.notices.push_back(
      {Severity::warning,
       {},
       outcome.error,
       is_cloud(report) ? "a spool holds no logins: set K6_CLOUD_TOKEN, or log in with k6 cloud login"
                        : "a spool holds no logins: name the script with -s, or give the block with --apm"});
  complete(std::move(outcome), report);
}

}  // namespace

Spooling::Spooling(const std::string& directory) : m_directory(directory) {
  const std::optional<std::string> run = m_directory.run();
  if (!run) return;
  const Json json = Json::parse(*run, nullptr, false);
  if (json.is_discarded() || !json.is_object() || !json.contains("format")) {
    fail_as_damaged(m_directory.path());
  }
  if (json.at("format") != k_format) {
    const auto version = json.find("version");
    throw Error(
        ExitStatus::usage,
        fmt::format("the spool {} was made by version {} of k6apm, in another format", directory,
                    version != json.end() && version->is_string() ? version->get<std::string>() : "?"),
        "send what is left in it with that version");
  }
  m_run = json;
}

void Spooling::fill(const cli::Job& job, const apm::ApmBlock& block, cli::Console& console,
                    const std::atomic<bool>& interrupted, const cli::Report& report,
                    std::vector<Route>& routes) {
  m_directory.clear();
  std::vector<Route*> usable;
  for (Route& route : routes) {
    if (route.series) usable.push_back(&route);
  }
  std::vector<delivery::ExportFacts> facts(usable.size());
  std::atomic<bool> whole{true};
  run_parallel(usable.size(), [&](std::size_t i) {
    Route& route = *usable[i];
    choose_form(job, console, interrupted, route);
    facts[i] = delivery::facts_of(*route.series, *route.destination, k_user_agent);
    if (!delivery::Outbox::fill(m_directory.path() / directory_name(route), *route.series, interrupted))
      whole = false;
  });
  if (!whole)
    throw Error(ExitStatus::interrupted, "interrupted before everything was in the spool: nothing was sent");
  Json run{{"format", k_format},
           {"version", K6APM_VERSION},
           {"identity", spool_identity(job, block)},
           {"report", spooled_report(report)},
           {"destinations", Json::array()}};
  for (std::size_t i = 0; i < usable.size(); ++i)
    run["destinations"].push_back(kept_destination(*usable[i], spooled_facts(facts[i])));
  m_directory.commit(run.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  for (std::size_t i = 0; i < usable.size(); ++i) {
    Route& route = *usable[i];
    route.outbox = std::make_unique<delivery::Outbox>(m_directory.path() / directory_name(route));
    route.series = std::make_unique<delivery::SpooledExport>(
        std::move(facts[i]), *route.outbox, *route.provider, job.query_url, route.destination->resample_s);
  }
}

void Spooling::refuse_another(const cli::Job& job, const apm::ApmBlock& block) const {
  const std::string what = difference(m_run->at("identity"), spool_identity(job, block));
  if (what.empty()) return;
  throw Error(ExitStatus::usage,
              fmt::format("the spool {} is of another run: {}", m_directory.path().string(), what),
              "name another directory; or send what is left in this one, with k6apm --spool DIR alone, and "
              "remove it");
}

std::vector<Route> Spooling::take_up(const cli::Job& job, const apm::ApmBlock& block, cli::Report& report) {
  try {
    if (!job.results.empty()) refuse_another(job, block);
    report = report_of(m_run->at("report"));
    std::vector<Route> routes;
    for (const Json& kept : m_run->at("destinations")) {
      const auto known = std::find_if(report.destinations.begin(), report.destinations.end(),
                                      [&](const auto& one) { return one.index == index_of(kept); });
      if (known == report.destinations.end()) fail_as_damaged(m_directory.path());
      if (std::optional<Route> route = take_up_one(job, block, kept, *known))
        routes.push_back(*std::move(route));
    }
    return routes;
  } catch (const Json::exception&) {
    fail_as_damaged(m_directory.path());
  }
}

/// Nothing where there is nothing to send; then the report tells why.
std::optional<Route> Spooling::take_up_one(const cli::Job& job, const apm::ApmBlock& block, const Json& kept,
                                           cli::DestinationReport& report) {
  const auto directory = delivery::member<std::string>(kept, "directory");
  if (directory.find('/') != std::string::npos) fail_as_damaged(m_directory.path());  // would be outside
  Route route;
  try {
    route.outbox = std::make_unique<delivery::Outbox>(m_directory.path() / directory);
  } catch (const Error& damage) {
    give_up(damage, report);
    return std::nullopt;
  }
  if (route.outbox->ended()) {
    complete(*route.outbox->ended(), report);
    return std::nullopt;
  }
  route.destination = find(kept, block);
  if (route.destination == nullptr && is_cloud(report)) route.destination = cloud_login(job, kept);
  if (route.destination == nullptr) route.destination = without_login(job, kept);
  if (route.destination == nullptr) {
    leave(kept, *route.outbox, report);
    return std::nullopt;
  }
  route.provider = providers::find_provider(route.destination->kind);
  route.report = report;
  if (kept.contains("test_run")) std::tie(route.run, route.end) = test_run_of(kept.at("test_run"));
  if (delivery::member<bool>(kept, "newer_form")) route.form = route.provider->newer_form;
  route.series = std::make_unique<delivery::SpooledExport>(export_facts_of(kept.at("facts")), *route.outbox,
                                                           *route.provider, job.query_url,
                                                           delivery::member<int>(kept, "resample_rate"));
  return route;
}

/// The destination with the same address, that at the same place first; null where there is none.
const apm::Destination* Spooling::find(const Json& kept, const apm::ApmBlock& block) const {
  const apm::Destination* found = nullptr;
  for (const apm::Destination& destination : block.destinations) {
    if (!destination.disabled.empty() || destination_address(destination) != kept.at("address")) continue;
    if (destination.index == index_of(kept)) return &destination;
    if (found == nullptr) found = &destination;
  }
  return found;
}

/// k6 cloud as the environment has it, where the command line does not ask for it again; null where that is
/// another place, or has no token.
const apm::Destination* Spooling::cloud_login(const cli::Job& job, const Json& kept) {
  apm::ApmBlock& block = m_without_login.emplace_back();
  plan::add_cloud(job, block);
  set_connections(job, block);
  plan::note_unserved(job, block);
  return find(kept, block);
}

/// The destination as the spool knows it; null where it has a login.
const apm::Destination* Spooling::without_login(const cli::Job& job, const Json& kept) {
  if (delivery::member<bool>(kept, "needs_login")) return nullptr;
  apm::ApmBlock& block = m_without_login.emplace_back();
  apm::Destination& destination = block.destinations.emplace_back();
  destination.index = index_of(kept);
  destination.provider = delivery::member<std::string>(kept, "spelled");
  if (!plan::is_wanted(job, destination)) return nullptr;
  destination.remote_write_url = delivery::member<std::string>(kept, "url");
  for (const auto& [name, value] : kept.at("address").at("headers").items())
    destination.connection.headers.emplace_back(name, value.get<std::string>());
  set_connections(job, block);
  return &destination;
}

}  // namespace k6apm
