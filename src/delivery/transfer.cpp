// libcurl 7.88 as tried out: where a kept connection is found dead before anything was written, or ends
// without a byte of an answer, curl sends the request again on a fresh one and says nothing of it, but for
// asking CURLOPT_PREREQFUNCTION anew. What was written on each is told by the debug function alone
// (CURLINFO_SIZE_UPLOAD_T begins anew, CURLINFO_REQUEST_SIZE has no part of a large body).
//
// It bounds the headers of an answer, but not those behind a chunked body, and keeps them all.
//
// What surprises: where a kept connection breaks in the middle of a body, curl does so at times only; curl
// waits for its resolver's thread when a transfer ends early, longer than any time-out, unless
// CURLOPT_QUICK_EXIT lets it leave the thread alone.
#include "delivery/transfer.hpp"

#include <algorithm>

#include "delivery/libcurl.hpp"
#include "delivery/pause.hpp"

namespace k6apm::delivery {

Transfer::Transfer(CURLM* multi, CURL* curl, std::size_t body_bytes, std::size_t max_kept_bytes,
                   std::size_t max_read_bytes, const std::atomic<bool>& interrupted)
    : m_multi(multi),
      m_curl(curl),
      m_interrupted(interrupted),
      m_body_bytes(body_bytes),
      m_max_kept_bytes(max_kept_bytes),
      m_max_read_bytes(max_read_bytes) {
  libcurl().easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  libcurl().easy_setopt(curl, CURLOPT_PREREQFUNCTION, before_sending);
  libcurl().easy_setopt(curl, CURLOPT_PREREQDATA, this);
  libcurl().easy_setopt(curl, CURLOPT_VERBOSE, 1L);  // else the debug function is not called
  libcurl().easy_setopt(curl, CURLOPT_DEBUGFUNCTION, count_sent);
  libcurl().easy_setopt(curl, CURLOPT_DEBUGDATA, this);
  libcurl().easy_setopt(curl, CURLOPT_HEADERFUNCTION, count_header);
  libcurl().easy_setopt(curl, CURLOPT_HEADERDATA, this);
  libcurl().easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_body);
  libcurl().easy_setopt(curl, CURLOPT_WRITEDATA, this);
}

Transfer::~Transfer() { libcurl().easy_reset(m_curl); }

CURLcode Transfer::run(std::chrono::milliseconds timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  const CURLcode code = perform_until(end);
  return died_on_the_way(code) && Clock::now() < end ? perform_until(end) : code;
}

CURLcode Transfer::perform_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  // 0 would mean no limit.
  libcurl().easy_setopt(m_curl, CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(left.count())));
  if (libcurl().multi_add_handle(m_multi, m_curl) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  const CURLcode code = perform();
  libcurl().multi_remove_handle(m_multi, m_curl);
  return code == CURLE_ABORTED_BY_CALLBACK && m_refused ? CURLE_SEND_ERROR : code;
}

CURLcode Transfer::perform() {
  while (!(m_interrupted && patience_is_over())) {
    int running = 0;
    CURLMcode fault = libcurl().multi_perform(m_multi, &running);
    int left = 0;
    if (const CURLMsg* done = libcurl().multi_info_read(m_multi, &left)) return done->data.result;
    constexpr int k_step_ms = static_cast<int>(k_pause_step.count());
    if (fault == CURLM_OK) fault = libcurl().multi_poll(m_multi, nullptr, 0, k_step_ms, nullptr);
    if (fault != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

/// After a signal: whether the request is to be given up. What was not begun is not waited for.
bool Transfer::patience_is_over() {
  if (m_sendings == 0) return true;
  if (!m_give_up) m_give_up = Clock::now() + k_grace;
  return Clock::now() >= *m_give_up;
}

/// Whether a kept connection broke before all was sent, and curl left it at that.
bool Transfer::died_on_the_way(CURLcode code) const {
  if (code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR && code != CURLE_GOT_NOTHING) return false;
  long fresh_connections = 0;
  libcurl().easy_getinfo(m_curl, CURLINFO_NUM_CONNECTS, &fresh_connections);
  return fresh_connections == 0 && m_sendings == 1 && !went_out() && status() == 0;
}

long Transfer::status() const {
  long status = 0;
  libcurl().easy_getinfo(m_curl, CURLINFO_RESPONSE_CODE, &status);
  return status < 200 ? 0 : status;  // 100-continue is no answer
}

/// False where it was sent often enough, or is to end.
bool Transfer::begin_sending() {
  m_refused = m_sendings == k_max_sendings;
  if (m_interrupted) return false;
  if (m_refused) return false;
  m_unanswered_before = m_unanswered_before || went_out();
  ++m_sendings;
  m_sent_bytes = 0;
  return true;
}

int Transfer::before_sending(void* transfer, char*, char*, int, int) {
  return static_cast<Transfer*>(transfer)->begin_sending() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

int Transfer::count_sent(CURL*, curl_infotype type, char*, std::size_t size, void* transfer) {
  const bool sent = type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT;
  if (sent) static_cast<Transfer*>(transfer)->m_sent_bytes += size;
  return 0;
}

std::size_t Transfer::count_header(char*, std::size_t, std::size_t size, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  self.m_header_bytes += size;
  constexpr std::size_t k_line_end = 2;
  self.m_headers_ended = size <= k_line_end;  // the blank line; those of 100-continue are followed by others
  return self.m_header_bytes > k_max_header_bytes ? 0 : size;
}

std::size_t Transfer::keep_body(char* data, std::size_t, std::size_t size, void* transfer) {
  auto& self = *static_cast<Transfer*>(transfer);
  self.m_read += size;
  if (self.m_read > self.m_max_read_bytes) return 0;  // ends the transfer; the status is known by then
  self.m_body.append(data, std::min(size, self.m_max_kept_bytes - self.m_body.size()));
  return size;
}

}  // namespace k6apm::delivery
