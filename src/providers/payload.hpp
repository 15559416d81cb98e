// A request body ready to leave, and what it carries.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace k6apm::providers {

inline constexpr std::int64_t k_ms_per_s = 1000;

/// One HTTP header. A secret one is masked wherever it is shown.
struct Header {
  std::string name{};
  std::string value{};
  bool secret = false;
};

/// Which series are in a request, by their places in the order of its export: two requests that have no place
/// in common share no series. Where it is not known it is every place.
struct Places {
  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();

  bool known() const { return last != std::numeric_limits<std::uint64_t>::max(); }
  bool meet(const Places& other) const { return first <= other.last && other.first <= last; }
};

/// One request body, byte for byte what is sent.
struct Payload {
  std::string body{};
  std::uint64_t series = 0;      ///< how many series have samples in it
  std::uint64_t points = 0;      ///< samples without stale markers
  std::uint64_t samples = 0;     ///< with them, where the receiver counts them; else 0
  std::uint64_t histograms = 0;  ///< likewise
  std::int64_t first_ms = 0;     ///< earliest sample, Unix milliseconds (stale markers do not count)
  std::int64_t last_ms = 0;      ///< latest sample
  std::uint64_t slice = 0;  ///< requests of one slice share no series and may be sent side by side; those of
                            ///< a later slice only when every earlier one is answered for good, but for those
                            ///< of the slice before that meet none of their places
  std::uint64_t request = 0;  ///< its number where it stands on disk; 0 where it does not
  bool part = false;          ///< of a request that was divided: others of its slice may hold the same series
  bool sent = false;          ///< it left before, and counts
  bool attempted = false;     ///< it left before, and no answer tells that it was not taken
  Places places{};
};

/// What a TLS connection goes by; names of PEM files, empty where there is none.
struct Tls {
  std::string ca_file{};    ///< trusted, instead of the system's
  std::string cert_file{};  ///< of the client
  std::string key_file{};   ///< of that certificate; empty: it stands in the same file
  bool insecure = false;    ///< the receiver's certificate is not verified
};

/// Where and how requests of one destination are sent.
struct Endpoint {
  std::string url{};  ///< with userinfo and query string as given: never shown, see apm::masked_url
  std::vector<Header> headers{};       ///< the login among them
  std::vector<std::string> secrets{};  ///< what a receiver might repeat and nobody may see: parts of the
                                       ///< login, values of the query string
  std::vector<std::string> answer_headers{};  ///< names of headers of the answer that are to be kept
  Tls tls{};
};

/// A request that carries no payload: a question, or a setting of the receiver.
struct Call {
  std::string method = "GET";  ///< GET, POST or PUT
  Endpoint endpoint{};
  std::string body{};
  std::string subject{};  ///< what it is about, for people: a metric's name; empty where there is but one
  std::string path{};     ///< below the address of the receiver's API, for Provider::address
};

}  // namespace k6apm::providers
