// One program after another that sends what is in an outbox.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <utility>

#include "delivery/spooled_export.hpp"
#include "filled_outbox.hpp"
#include "sender_run.hpp"

namespace k6apm::test {

/// Everything lives as long as one program.
struct SpooledDelivery {
  const FilledOutbox& filled;
  std::uint64_t points;  ///< of all requests
  const providers::Provider& provider;
  delivery::SendSettings settings{5, 0, 1};
  std::atomic<bool> interrupted{false};
  bool has_left = false;           ///< after the first pass
  std::uint64_t still_open = 0;    ///< requests, after all passes
  std::uint64_t sent_counted = 0;  ///< requests that the outbox counted

  /// `passes` is 1, or 2 where the second is made if something is left.
  delivery::Outcome run(const std::string& url, int passes = 1) {
    delivery::Outbox outbox(filled.directory());
    settings.outbox = &outbox;
    delivery::ExportFacts facts;
    facts.points = points;
    delivery::SpooledExport payloads(std::move(facts), outbox, provider, {}, 1);
    delivery::Sender sender(payloads, provider, {url, {}}, settings, interrupted);
    work(sender, settings.connections);
    has_left = sender.has_left();
    if (passes == 2 && has_left) {
      sender.begin_again();
      work(sender, settings.connections);
    }
    delivery::Outcome outcome = sender.outcome();
    CHECK(outcome.points_delivered + outcome.points_refused + outcome.points_kept == points);
    check_account(outbox, outcome);
    still_open = outbox.open_requests();
    return outcome;
  }

 private:
  /// The outbox knows what the sender knows, and so does whoever opens it next.
  void check_account(const delivery::Outbox& outbox, const delivery::Outcome& outcome) {
    for (const delivery::Account& account :
         {outbox.account(), delivery::Outbox(filled.directory()).account()}) {
      CHECK(account.so_far().points_delivered == outcome.points_delivered);
      CHECK(account.so_far().points_refused == outcome.points_refused);
      CHECK(account.so_far().points_in_doubt == outcome.points_in_doubt);
      sent_counted = account.so_far().requests;
    }
  }
};

}  // namespace k6apm::test
