// The requests of one destination on disk: those that are still to be acknowledged, and what became of the
// others.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "delivery/account.hpp"
#include "delivery/journal.hpp"
#include "delivery/outcome.hpp"
#include "delivery/settled.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// A directory (0700) with NNNNNN.body for each request, byte for byte what is sent (0600); `requests`, which
/// tells their order, sizes and checksums; and `journal`, to which is added what becomes of each. So a
/// request is sent again after whatever has ended the program, unless it was answered for good; a request
/// that was on its way then is marked, for the receiver may have taken it. What is divided is written anew in
/// parts. The bodies stay until everything is over, so that they can be compared with what the receiver
/// holds. Nothing in it is secret: logins are no part of a body. Where files cannot be written or read
/// members throw Error(unavailable). Members are safe from several threads.
class Outbox {
 public:
  /// Makes `directory`, in the place of one that was not finished, and writes all payloads to it; false where
  /// `interrupted` was set meanwhile. When it has returned true all of them survive a power cut.
  static bool fill(const std::filesystem::path& directory, providers::Export& payloads,
                   const std::atomic<bool>& interrupted);

  /// Opens one that was filled.
  explicit Outbox(std::filesystem::path directory);

  /// The earliest point of the requests that are not answered for good, Unix milliseconds; nothing where all
  /// are.
  std::optional<std::int64_t> first_open_ms() const;

  /// How many requests are not answered for good.
  std::size_t open_requests() const;

  /// What is known of the points so far.
  Account account() const;

  /// Hands out the next request that is not answered for good, in time order; false where there is none left
  /// in this pass. Throws also where a body is not what was written.
  bool next(providers::Payload& payload);
  /// The next pass begins: everything that is still not answered for good is handed out again.
  void begin_again();

  /// A request leaves now. Whether it has never left before.
  bool leaves(const providers::Payload& payload);
  /// A request comes back, to be sent later: the receiver has surely not taken it.
  void comes_back(const providers::Payload& payload);
  /// It was answered for good, or will never be sent.
  void settle(const providers::Payload& payload, const Settled& settled);
  /// From now on the parts are requests of their own in the place of `whole`: they get their numbers.
  void divide(const providers::Payload& whole, std::span<providers::Payload* const> parts);

  /// The numbers of what the receiver may hold, in time order: what was taken, as a whole or in part, or
  /// refused when an earlier attempt may have been taken. The bodies are there until end().
  std::vector<std::uint64_t> held() const;
  providers::Payload read(std::uint64_t number) const;

  /// Everything is over: the outcome is kept, the bodies go.
  void end(const Outcome& outcome);
  /// What was given to end(); nothing before.
  const std::optional<Outcome>& ended() const { return m_ended; }

 private:
  /// One request, and where it stands.
  struct Request {
    providers::Payload facts{};  ///< without the body
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;
    bool handed_out = false;  ///< in this pass
    bool settled = false;
    bool held = false;  ///< the receiver may have points of it
  };
  using Requests = std::list<Request>;

  static std::string line_of(const Request& request);
  static Request request_of(std::string_view line);

  std::filesystem::path path_of(std::uint64_t number) const;
  void read_requests();
  void replay(std::string_view line);
  bool count_sent(Request& request);
  void count(Request& request, const Settled& settled);
  void put_in_place(Requests::iterator whole, Requests parts);
  providers::Payload read(const Request& request) const;
  void note(const nlohmann::json& what, bool lasting);

  const std::filesystem::path m_directory;
  mutable std::mutex m_mutex{};  ///< guards everything below
  Requests m_requests{};         ///< in the order in which they are sent
  std::unordered_map<std::uint64_t, Requests::iterator> m_by_number{};
  Requests::iterator m_next{};
  std::uint64_t m_last_number = 0;
  Account m_account{};
  std::optional<Outcome> m_ended{};
  std::unique_ptr<Journal> m_journal{};
};

}  // namespace k6apm::delivery
