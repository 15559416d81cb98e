// libcurl 7.87 or later (CURLOPT_PROTOCOLS_STR, curl_easy_header, CURLOPT_QUICK_EXIT). X-RateLimit-Reset:
// docs.datadoghq.com/api/latest/rate-limits, the seconds until the limit is reset; other receivers send a
// Unix time under this name (GitHub).
//
// What surprises: a receiver may answer and close while the body is still on its way (413), so a status that
// has arrived counts even where curl reports an error; with CURLOPT_NOSIGNAL curl leaves SIGPIPE alone, and
// OpenSSL may raise it; without an empty Expect header curl asks for 100-continue and loses up to a second
// per request.
#include "delivery/http_client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <new>
#include <utility>

#include "delivery/failure.hpp"
#include "delivery/libcurl.hpp"
#include "delivery/transfer.hpp"

namespace k6apm::delivery {

struct HttpClient::State {
  CURL* curl = nullptr;
  CURLM* multi = nullptr;  ///< has the kept connections
  ~State() {
    if (curl != nullptr) libcurl().easy_cleanup(curl);
    if (multi != nullptr) libcurl().multi_cleanup(multi);
  }
};

namespace {

/// Keeps SIGPIPE away from this thread; one that was raised meanwhile is taken back.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&m_pipe);
    sigaddset(&m_pipe, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    m_was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
  }
  ~NoSigpipe() {
    const timespec at_once{};
    if (!m_was_pending) {
      while (sigtimedwait(&m_pipe, nullptr, &at_once) > 0) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t m_pipe{};
  sigset_t m_before{};
  bool m_was_pending = false;
};

struct FreeList {
  void operator()(curl_slist* list) const noexcept { libcurl().slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = libcurl().slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());  // it is part of the longer one
  list.reset(longer);
}

HeaderList header_list(const providers::Endpoint& endpoint) {
  HeaderList list;
  for (const providers::Header& header : endpoint.headers) append(list, header.name + ": " + header.value);
  append(list, "Expect:");
  append(list, "Accept:");
  return list;
}

/// curl's own programs read these; the library does not.
void trust_from_environment(CURL* curl) {
  for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
    const char* file = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    if (file != nullptr && *file != '\0') libcurl().easy_setopt(curl, CURLOPT_CAINFO, file);
  }
  const char* directory = std::getenv("SSL_CERT_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (directory != nullptr && *directory != '\0') libcurl().easy_setopt(curl, CURLOPT_CAPATH, directory);
}

/// curl takes HTTPS_PROXY and http_proxy, but not HTTP_PROXY, which a CGI program's peer can set; k6, being
/// written in Go, takes it where the program is no such one (REQUEST_METHOD).
void take_http_proxy(CURL* curl, const std::string& url) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return value != nullptr && *value != '\0' ? value : nullptr;
  };
  const bool plain = url.size() > 7 && libcurl().strnequal(url.c_str(), "http://", 7) != 0;
  if (!plain || variable("http_proxy") != nullptr || variable("REQUEST_METHOD") != nullptr) return;
  if (const char* proxy = variable("HTTP_PROXY")) libcurl().easy_setopt(curl, CURLOPT_PROXY, proxy);
}

void set_tls(CURL* curl, const providers::Tls& tls) {
  if (!tls.ca_file.empty()) libcurl().easy_setopt(curl, CURLOPT_CAINFO, tls.ca_file.c_str());
  if (!tls.cert_file.empty()) {
    libcurl().easy_setopt(curl, CURLOPT_SSLCERT, tls.cert_file.c_str());
    const std::string& key = tls.key_file.empty() ? tls.cert_file : tls.key_file;
    libcurl().easy_setopt(curl, CURLOPT_SSLKEY, key.c_str());
    libcurl().easy_setopt(curl, CURLOPT_KEYPASSWD, "");  // else OpenSSL asks on the terminal
  }
  if (!tls.insecure) return;
  libcurl().easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  libcurl().easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
}

/// What is the same for every request.
void set_manners(CURL* curl) {
  libcurl().easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  libcurl().easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  libcurl().easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  libcurl().easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  libcurl().easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  trust_from_environment(curl);
}

void set_request(CURL* curl, const std::string& method, std::string_view body) {
  if (method == "GET") {
    libcurl().easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    return;
  }
  // curl's own PUT asks for the body through a callback; so it is a POST of another name.
  libcurl().easy_setopt(curl, CURLOPT_POST, 1L);
  if (method != "POST") libcurl().easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  libcurl().easy_setopt(curl, CURLOPT_POSTFIELDS, body.data() == nullptr ? "" : body.data());
  libcurl().easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
}

std::optional<std::string> header_of_answer(CURL* curl, const std::string& name) {
  curl_header* header = nullptr;
  if (libcurl().easy_header(curl, name.c_str(), 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return {};
  return header->value;
}

/// Seconds until a rate limit is reset; nothing where the header is missing, or holds what cannot be a wait.
std::optional<double> rate_limit_reset_s(CURL* curl) {
  constexpr double k_max_believed_s = 86400;  // longer than any rate limit; a Unix time is far beyond
  const std::optional<std::string> header = header_of_answer(curl, "X-RateLimit-Reset");
  if (!header) return {};
  const std::string_view text(*header);
  double wait_s = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), wait_s);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  if (!(wait_s > 0) || wait_s > k_max_believed_s) return {};
  return wait_s;
}

std::optional<double> wait_asked_for_s(CURL* curl, long status) {
  curl_off_t wait_s = 0;
  libcurl().easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s);
  if (wait_s > 0) return static_cast<double>(wait_s);
  // The header may come with any answer; it is a wait only where the limit was met.
  return status == 429 ? rate_limit_reset_s(curl) : std::nullopt;
}

}  // namespace

HttpClient::HttpClient() : m_state(std::make_unique<State>()) {
  // Once per process, before the first handle; the initialisation of a static is safe from several threads.
  static const CURLcode ready = libcurl().global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK) throw std::bad_alloc();
  m_state->curl = libcurl().easy_init();
  m_state->multi = libcurl().multi_init();
  if (m_state->curl == nullptr || m_state->multi == nullptr) throw std::bad_alloc();
}

HttpClient::~HttpClient() {
  const NoSigpipe guard;  // closing a TLS connection writes to it
  m_state.reset();
}

Response HttpClient::send(const std::string& method, const providers::Endpoint& endpoint,
                          std::string_view body, std::chrono::milliseconds timeout,
                          const std::atomic<bool>& interrupted, std::size_t max_kept_bytes) {
  const NoSigpipe guard;
  CURL* curl = m_state->curl;
  const HeaderList headers = header_list(endpoint);
  std::array<char, CURL_ERROR_SIZE> curl_text{};
  set_manners(curl);
  set_request(curl, method, body);
  set_tls(curl, endpoint.tls);
  take_http_proxy(curl, endpoint.url);
  libcurl().easy_setopt(curl, CURLOPT_URL, endpoint.url.c_str());
  libcurl().easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  libcurl().easy_setopt(curl, CURLOPT_ERRORBUFFER, curl_text.data());

  Transfer transfer(m_state->multi, curl, method == "GET" ? 0 : body.size(), max_kept_bytes,
                    std::max(max_kept_bytes, k_max_read_bytes), interrupted);
  const CURLcode code = transfer.run(timeout);

  Response response;
  response.status = transfer.status();
  response.sent_unanswered = transfer.sent_unanswered();
  response.sent_twice = transfer.sent_twice();
  if (response.status != 0) {
    response.whole = code == CURLE_OK && transfer.headers_ended() && transfer.fits();
    response.body = std::move(transfer.body());
    for (const std::string& name : endpoint.answer_headers) {
      if (auto value = header_of_answer(curl, name)) response.headers.push_back({name, *std::move(value)});
    }
    response.retry_after_s = wait_asked_for_s(curl, response.status);
  } else if (code == CURLE_OK) {
    response.error = host_of(endpoint.url) + " did not answer in HTTP";
    response.hint = k_no_http_hint;
  } else {
    Failure failure = failure_of(curl, code, endpoint.url, timeout, curl_text.data());
    response.error = std::move(failure.words);
    response.lasting = failure.lasting;
    response.hint = std::move(failure.hint);
  }
  return response;
}

}  // namespace k6apm::delivery
