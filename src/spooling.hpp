// The spool of a run: filled before the first request leaves, and taken up by later runs until nothing is
// left.
#pragma once

#include <atomic>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apm/destination.hpp"
#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/report.hpp"
#include "delivery/spool_directory.hpp"
#include "ways_out.hpp"

namespace k6apm {

/// For one run of the program, which has the directory for itself as long as the object lives. Throws Error,
/// also for what the members of delivery::SpoolDirectory and delivery::Outbox throw.
class Spooling {
 public:
  explicit Spooling(const std::string& directory);

  /// Whether a run is in it.
  bool has_run() const { return m_run.has_value(); }

  /// Writes the requests of all routes, which take them from there from now on, and what `report` knows so
  /// far. Error(interrupted) where a signal came first. Nothing may have been sent before.
  void fill(const cli::Job& job, const apm::ApmBlock& block, cli::Console& console,
            const std::atomic<bool>& interrupted, const cli::Report& report, std::vector<Route>& routes);

  /// The run that is in it, of which `report` is to tell, without the results. Where they are named the run
  /// has to be the same; else `block` is there for the logins: each destination gets that of the one with its
  /// address.
  std::vector<Route> take_up(const cli::Job& job, const apm::ApmBlock& block, cli::Report& report);

 private:
  void refuse_another(const cli::Job& job, const apm::ApmBlock& block) const;
  std::optional<Route> take_up_one(const cli::Job& job, const apm::ApmBlock& block,
                                   const nlohmann::json& kept, cli::DestinationReport& report);
  const apm::Destination* find(const nlohmann::json& kept, const apm::ApmBlock& block) const;
  const apm::Destination* cloud_login(const cli::Job& job, const nlohmann::json& kept);
  const apm::Destination* without_login(const cli::Job& job, const nlohmann::json& kept);

  delivery::SpoolDirectory m_directory;
  std::optional<nlohmann::json> m_run{};
  std::deque<apm::ApmBlock> m_without_login{};  ///< destinations that no block of the command line has
};

}  // namespace k6apm
