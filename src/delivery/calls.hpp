// Requests that carry no payload, one after another: questions, and settings of the receiver.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/http_client.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Understands an answer; `status` is an HTTP status, 200 and more.
using Judge = providers::Judgement (*)(long status, std::string_view body);

struct CallSettings {
  double timeout_s = 30;      ///< of one attempt
  double retry_time_s = 300;  ///< from a call's first attempt to the beginning of its last
};

/// How one call ended.
struct Reply {
  /// Of the last answer; nothing where there was none. The words are clean and free of secrets.
  std::optional<providers::Judgement> judgement{};
  std::string body{};   ///< the answer, where it was delivered; may hold anything
  std::string error{};  ///< why there is no answer that counts, for people; empty where there is one
};

/// Sends calls on one kept-alive connection. For one thread; `interrupted` must outlive it.
class Caller {
 public:
  /// Bytes of an answer that are kept, our own bound: a day of one series, a point a second, is two megabytes
  /// of JSON.
  static constexpr std::size_t k_max_answer_bytes = std::size_t{64} * 1024 * 1024;

  Caller(Judge judge, const CallSettings& settings, const std::atomic<bool>& interrupted)
      : m_judge(judge), m_settings(settings), m_interrupted(interrupted) {}

  /// Sends it, and again while Verdict::retry or nothing comes back and there is time. Throws std::bad_alloc
  /// only, and whatever `judge` throws.
  Reply ask(const providers::Call& call);

  /// One attempt.
  Reply ask_once(const providers::Call& call);

 private:
  struct Attempt {
    Reply reply{};
    std::optional<double> retry_after_s{};
    bool lasting = false;
  };

  Attempt attempt(const providers::Call& call);

  const Judge m_judge;
  const CallSettings m_settings;
  const std::atomic<bool>& m_interrupted;
  HttpClient m_client{};
};

/// One call that was answered for good.
struct Answered {
  providers::Call call{};
  providers::Judgement judgement{};  ///< the words are clean and free of secrets
};

/// How a list of calls ended: calls = answered + unsent, and one more where there is an error.
struct CallsOutcome {
  std::vector<Answered> answered{};  ///< in order; Verdict::stop, if any, is the last
  std::size_t unsent = 0;            ///< calls after the one that ended the list
  std::string error{};  ///< why a call stayed without an answer that counts, which ends the list; else empty
  std::string error_subject{};  ///< which call that was
  bool interrupted = false;     ///< it was a signal
};

/// Sends `calls` in order until all are answered for good. Verdict::stop ends the list, and so does a call
/// that used up its retries. Throws as Caller::ask.
CallsOutcome send_calls(const std::vector<providers::Call>& calls, Judge judge, const CallSettings& settings,
                        const std::atomic<bool>& interrupted);

/// One attempt of one call; nothing where there was no answer. The words are clean and free of secrets.
std::optional<providers::Judgement> ask_once(const providers::Call& call, Judge judge, double timeout_s,
                                             const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
