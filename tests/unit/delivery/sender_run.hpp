// A Sender with its threads, for tests of what it sends and how it counts.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "delivery/sender.hpp"
#include "loopback_server.hpp"
#include "scripted_export.hpp"

namespace k6apm::test {

/// One pass of a Sender, on so many threads.
inline void work(delivery::Sender& sender, std::size_t connections) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < connections; ++i) threads.emplace_back([&sender] { sender.work(); });
  for (std::thread& thread : threads) thread.join();
}

/// Prometheus' form, and a receiver that takes what comes late or twice, as VictoriaMetrics does.
inline const providers::Provider& that_takes_late() {
  static const providers::Provider provider = [] {
    providers::Provider row = *providers::find_provider(apm::ProviderKind::prometheus);
    row.refuses_doubles = false;
    return row;
  }();
  return provider;
}

struct Delivery {
  ScriptedExport payloads;
  const providers::Provider& provider = *providers::find_provider(apm::ProviderKind::prometheus);
  delivery::SendSettings settings{5, 5, 2};
  std::atomic<bool> interrupted{false};
  bool has_left = false;  ///< after the first pass

  /// The first pass alone.
  delivery::Outcome run(const std::string& url) { return run_passes(url, {}, false); }
  /// Both passes, the second one where something is left; `between` is called before it.
  delivery::Outcome run_twice(const std::string& url, const std::function<void()>& between = {}) {
    return run_passes(url, between, true);
  }

 private:
  delivery::Outcome run_passes(const std::string& url, const std::function<void()>& between, bool twice) {
    delivery::Sender sender(payloads, provider, {url, {}}, settings, interrupted);
    work(sender, settings.connections);
    has_left = sender.has_left();
    if (twice && has_left) {
      if (between) between();
      sender.begin_again();
      work(sender, settings.connections);
    }
    delivery::Outcome outcome = sender.outcome();
    CHECK(outcome.points_delivered + outcome.points_refused + outcome.points_kept == payloads.points());
    return outcome;
  }
};

inline std::string bodies(LoopbackServer& server) {
  std::string text;
  for (const Request& request : server.requests()) text += request.body;
  return text;
}

}  // namespace k6apm::test
