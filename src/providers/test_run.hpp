// The seam to receivers that keep test runs as such: they are told of one before its first payload, and after
// its last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apm/destination.hpp"
#include "providers/payload.hpp"

namespace k6apm::providers {

struct Judgement;

/// A threshold of the run: of a metric or submetric, as the options spell it.
struct RunThreshold {
  std::string metric{};
  std::string expression{};
  bool crossed = false;  ///< known at the end only
};

/// What is told of a run when it begins.
struct TestRunFacts {
  std::uint64_t vus = 0;        ///< the most there were at a time
  std::int64_t duration_s = 0;  ///< rounded up
  std::vector<RunThreshold> thresholds{};
  std::string archive{};  ///< bytes of the k6 archive (tar) of the test; empty: there is none
};

/// What is told when it ends.
struct TestRunEnd {
  int run_status = 3;  ///< how it ended, as a number of the receiver's
  std::vector<RunThreshold> thresholds{};
};

/// A test run at the receiver.
struct TestRun {
  std::string id{};
  bool is_ours = true;                                      ///< made by us, and to be ended by us
  std::string results_url{};                                ///< for people
  int aggregation_period_s = 3;                             ///< length of a bucket, at least 1
  std::size_t max_series_in_batch = 1000;                   ///< in one request, at least 1
  std::size_t push_concurrency = 1;                         ///< requests at once, at least 1
  std::vector<std::pair<std::string, std::string>> logs{};  ///< level and words of the receiver: foreign text
};

struct TestRunLife {
  /// Whether the login counts; nothing where no test run is to be made, and then begin() has nothing, too.
  std::optional<Call> (*probe)(const apm::Destination& destination, std::string_view user_agent) = nullptr;
  Judgement (*judge_probe)(long status, std::string_view body) = nullptr;
  /// Makes the test run; nothing where the settings name one that is there already.
  std::optional<Call> (*begin)(const apm::Destination& destination, std::string_view user_agent,
                               const TestRunFacts& facts) = nullptr;
  /// The test run of which the answer to begin() tells; with no answer that of the settings. Throws
  /// std::runtime_error where the answer tells of none.
  TestRun (*begun)(const apm::Destination& destination, std::string_view answer) = nullptr;
  /// The test run that requests are made for which are not sent.
  TestRun (*unsent)(const apm::Destination& destination, std::string_view id) = nullptr;
  Endpoint (*endpoint)(const apm::Destination& destination, std::string_view user_agent,
                       const TestRun& run) = nullptr;
  Call (*end)(const apm::Destination& destination, std::string_view user_agent, const TestRun& run,
              const TestRunEnd& end) = nullptr;
  /// Understands the answers to begin() and end().
  Judgement (*judge)(long status, std::string_view body) = nullptr;
};

}  // namespace k6apm::providers
