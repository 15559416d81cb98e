// A Sender with its threads, for tests of what it sends and how it counts.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "delivery/sender.hpp"
#include "loopback_server.hpp"
#include "scripted_export.hpp"

namespace k6apm::test {

struct Delivery {
  ScriptedExport payloads;
  const providers::Provider& provider = *providers::find_provider(apm::ProviderKind::prometheus);
  delivery::SendSettings settings{5, 5, 2};
  std::atomic<bool> interrupted{false};

  delivery::Outcome run(const std::string& url) {
    delivery::Sender sender(payloads, provider, {url, {}}, settings, interrupted);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < settings.connections; ++i) threads.emplace_back([&sender] { sender.work(); });
    for (std::thread& thread : threads) thread.join();
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
