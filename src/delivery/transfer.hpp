// One request while curl carries it out.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <curl/curl.h>

namespace k6apm::delivery {

/// Keeps what comes in within bounds and knows what went out. It ends with the options of its handle, which
/// point to it and to what its owner set; kept connections stay. One thread.
class Transfer {
 public:
  /// How often a request is sent at most: where a kept connection turns out to be dead it goes out once more,
  /// on a fresh one.
  static constexpr int k_max_sendings = 2;

  /// Of all headers of an answer together, with those before and behind it; our own bound, below curl's of
  /// 300 KB. The connection is closed where there are more.
  static constexpr std::size_t k_max_header_bytes = std::size_t{256} * 1024;

  /// How long after a signal an answer is waited for; our own choice, of the 2 s in which a run ends.
  static constexpr std::chrono::milliseconds k_grace{1000};

  /// `curl`, which is not in `multi`, has everything else set. `body_bytes` are sent; of the answer's body,
  /// `max_kept_bytes` are kept, and `max_read_bytes`, not fewer, are read before the connection is closed.
  Transfer(CURLM* multi, CURL* curl, std::size_t body_bytes, std::size_t max_kept_bytes,
           std::size_t max_read_bytes, const std::atomic<bool>& interrupted);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sends the request and waits for the answer, at most so long in all. CURLE_ABORTED_BY_CALLBACK where
  /// `interrupted` ended it: at once where nothing was sent yet, else after k_grace.
  CURLcode run(std::chrono::milliseconds timeout);

  /// Of the last answer: its status, 200 and more, or 0 where there was none; whether all of its headers
  /// came; what was kept of its body, and whether that is all of what arrived.
  long status() const;
  bool headers_ended() const { return m_headers_ended; }
  std::string& body() { return m_body; }
  bool fits() const { return m_read <= m_max_kept_bytes; }

  /// As Response::sent_twice.
  bool sent_twice() const { return m_unanswered_before; }

  /// As Response::sent_unanswered.
  bool sent_unanswered() const { return m_unanswered_before || (status() == 0 && went_out()); }

 private:
  static int before_sending(void* transfer, char*, char*, int, int);
  static int count_sent(CURL*, curl_infotype type, char*, std::size_t size, void* transfer);
  static std::size_t count_header(char*, std::size_t, std::size_t size, void* transfer);
  static std::size_t keep_body(char* data, std::size_t, std::size_t size, void* transfer);

  using Clock = std::chrono::steady_clock;

  CURLcode perform_until(Clock::time_point end);
  CURLcode perform();
  bool patience_is_over();
  bool died_on_the_way(CURLcode code) const;
  bool begin_sending();
  bool went_out() const { return m_sent_bytes > m_body_bytes; }  // and the headers, which are never empty

  CURLM* m_multi;
  CURL* m_curl;
  const std::atomic<bool>& m_interrupted;
  std::optional<Clock::time_point> m_give_up{};  ///< nothing: no signal was seen
  std::size_t m_body_bytes;
  std::size_t m_max_kept_bytes;
  std::size_t m_max_read_bytes;
  int m_sendings = 0;
  bool m_refused = false;        ///< curl was not let send it once more
  std::size_t m_sent_bytes = 0;  ///< headers and body, of the last sending
  bool m_unanswered_before = false;
  bool m_headers_ended = false;
  std::size_t m_header_bytes = 0;
  std::size_t m_read = 0;  ///< of the answer's body
  std::string m_body{};
};

}  // namespace k6apm::delivery
