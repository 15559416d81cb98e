// Delivers the payloads of one destination over HTTP, in time order, with retries.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/http_client.hpp"
#include "delivery/outcome.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

struct SendSettings {
  double timeout_s = 30;        ///< of one attempt
  double retry_time_s = 300;    ///< from a request's first attempt to the beginning of its last
  std::size_t connections = 2;  ///< how many threads run work()
};

/// Serves one destination. A request that used up its retries is given up and the next one is tried, once: it
/// may have been the fault of that request alone. Where that fails too the destination is unavailable.
/// `connections` threads run work() at once, each with its own HTTP connection. A payload of a later slice
/// leaves only when every request of earlier slices is answered for good, so that the receiver never sees a
/// series go back in time. Members are safe from several threads; what is handed in must outlive the object
/// and is used by it alone.
class Sender {
 public:
  using Judge = providers::Judgement (*)(long http_status, std::string_view body);
  /// Told after every request how far the delivery is, one call at a time.
  using Progress = std::function<void(const Outcome& so_far)>;

  Sender(providers::Export& payloads, providers::Endpoint endpoint, Judge judge, const SendSettings& settings,
         const std::atomic<bool>& interrupted, Progress progress = {});

  /// Takes and sends payloads until none is left, the destination is given up, or `interrupted` is set.
  /// Throws what Export::next throws; other threads go on.
  void work();

  /// How it ended; to be called when all work() have returned. Every point of the export is accounted for.
  Outcome outcome() const;

 private:
  enum class End { none, stopped, unavailable };

  /// Equal answers are said once.
  struct Refusal {
    std::string words{};
    std::string hint{};
    std::uint64_t points = 0;
    std::uint64_t unsent = 0;  ///< that were not even tried
  };

  class InFlight;

  std::optional<providers::Payload> take();
  void serve(HttpClient& client, const providers::Payload& payload);
  bool pause(double seconds);
  void delivered(const providers::Payload& payload);
  void refused(const providers::Payload& payload, const std::string& words, std::string hint, bool for_all);
  void give_up(const std::string& why, bool lasting);
  double retry_budget_s();

  providers::Export& m_export;
  const providers::Endpoint m_endpoint;
  const Judge m_judge;
  const SendSettings m_settings;
  const std::atomic<bool>& m_interrupted;
  const Progress m_progress;

  std::mutex m_mutex{};  ///< guards everything below, and m_export
  std::condition_variable m_changed{};
  std::optional<providers::Payload> m_waiting{};  ///< made, but of a later slice
  std::uint64_t m_slice = 0;                      ///< of the requests in flight
  std::size_t m_in_flight = 0;
  bool m_in_doubt = false;  ///< a request was given up, and none has been answered since
  End m_end = End::none;
  bool m_cut_short = false;
  std::vector<Refusal> m_refusals{};
  std::size_t m_stopped_by = 0;        ///< End::stopped: which of them
  std::uint64_t m_other_refusals = 0;  ///< points refused in words beyond the first few
  Outcome m_outcome{};
};

}  // namespace k6apm::delivery
