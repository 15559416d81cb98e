// What makes a run the same run, for a spool: results, options and destinations, without anything secret.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "apm/destination.hpp"
#include "cli/job.hpp"

namespace k6apm {

/// Whatever decides which requests there are and where they go. Of the results it holds the size and a
/// checksum of the beginning and the end, of standard input nothing; logins, certificates and how requests
/// are sent are no part of it. Throws Error(input) where a result cannot be read.
nlohmann::json spool_identity(const cli::Job& job, const apm::ApmBlock& block);

/// Where the requests of a destination go: provider, URL without login, headers that are no secret.
nlohmann::json destination_address(const apm::Destination& destination);

/// The first thing in which `now` is another run than `then`, for people; empty where it is the same.
std::string difference(const nlohmann::json& then, const nlohmann::json& now);

}  // namespace k6apm
