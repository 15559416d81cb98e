#include "delivery/outbox.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "delivery/file_writer.hpp"
#include "delivery/json_members.hpp"
#include "delivery/outcome_json.hpp"
#include "delivery/whole_file.hpp"
#include "error.hpp"

namespace k6apm::delivery {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using providers::Payload;

constexpr auto* k_requests = "requests";
constexpr auto* k_journal = "journal";

/// Room that the journal has before a request leaves: for what becomes of it, with the receiver's words, of
/// several at once; our own estimate.
constexpr std::size_t k_journal_bytes = std::size_t{32} * 1024;

std::uint64_t checksum_of(std::string_view body) { return XXH3_64bits(body.data(), body.size()); }

fs::path body_path(const fs::path& directory, std::uint64_t number) {
  return directory / fmt::format("{:0{}}.body", number, k_number_digits);
}

[[noreturn]] void fail_as_damaged(const fs::path& path, const char* what) {
  throw Error(ExitStatus::unavailable, fmt::format("{} is {}", path.string(), what),
              "what it held cannot be sent any more: remove the spool, and begin anew with the results");
}

class File {
 public:
  File(const fs::path& path, int flags)
      : m_file(::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, k_private)) {
    if (m_file < 0) fail_to_write(path, errno, k_full_spool_hint);
  }
  ~File() { ::close(m_file); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return m_file; }

 private:
  int m_file;
};

void write_body(const fs::path& path, std::string_view body) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (const int number = write_all(file.get(), body); number != 0)
    fail_to_write(path, number, k_full_spool_hint);
}

void sync_file(const fs::path& path) {
  const File file(path, O_RDONLY);
  if (::fsync(file.get()) != 0) fail_to_write(path, errno, k_full_spool_hint);
}

void write_private(const fs::path& path, std::string_view text) {
  WholeFile file(path, k_private, k_full_spool_hint);
  file.write(text);
  file.finish();
}

void make_private_directory(const fs::path& directory) {
  std::error_code error;
  fs::remove_all(directory, error);  // what is left of a run that was ended before it was filled
  if (error) fail_to_write(directory, error.value());
  if (::mkdir(directory.c_str(), 0700) != 0) fail_to_write(directory, errno, k_full_spool_hint);
}

}  // namespace

bool Outbox::fill(const fs::path& directory, providers::Export& payloads,
                  const std::atomic<bool>& interrupted) {
  make_private_directory(directory);
  std::string lines;
  std::uint64_t last = 0;
  Request request;
  while (!interrupted && payloads.next(request.facts)) {
    request.facts.request = ++last;
    request.bytes = request.facts.body.size();
    request.checksum = checksum_of(request.facts.body);
    write_body(body_path(directory, last), request.facts.body);
    lines += line_of(request) + '\n';
  }
  if (interrupted) return false;
  // Only now, all together: the file system has written most of them by itself, and commits the rest at once.
  for (std::uint64_t number = 1; number <= last; ++number) sync_file(body_path(directory, number));
  write_private(directory / k_requests, lines);
  sync_directory(directory);
  return true;
}

Outbox::Outbox(fs::path directory) : m_directory(std::move(directory)) {
  read_requests();
  m_journal =
      std::make_unique<Journal>(m_directory / k_journal, [this](std::string_view line) { replay(line); });
  if (open_requests() > 0) m_journal->reserve(k_journal_bytes);
  m_next = m_requests.begin();
}

std::string Outbox::line_of(const Request& request) {
  const Payload& facts = request.facts;
  Json json{{"number", facts.request},     {"slice", facts.slice},     {"series", facts.series},
            {"points", facts.points},      {"samples", facts.samples}, {"histograms", facts.histograms},
            {"first_ms", facts.first_ms},  {"last_ms", facts.last_ms}, {"bytes", request.bytes},
            {"checksum", request.checksum}};
  if (facts.part) json["part"] = true;
  if (facts.sent) json["sent"] = true;
  if (facts.attempted) json["attempted"] = true;
  return json.dump();
}

Outbox::Request Outbox::request_of(std::string_view line) {
  const Json json = Json::parse(line);
  Request request;
  read_member(json, "number", request.facts.request);
  read_member(json, "slice", request.facts.slice);
  read_member(json, "series", request.facts.series);
  read_member(json, "points", request.facts.points);
  read_member(json, "samples", request.facts.samples);
  read_member(json, "histograms", request.facts.histograms);
  read_member(json, "first_ms", request.facts.first_ms);
  read_member(json, "last_ms", request.facts.last_ms);
  read_member(json, "bytes", request.bytes);
  read_member(json, "checksum", request.checksum);
  read_optional_member(json, "part", request.facts.part);
  read_optional_member(json, "sent", request.facts.sent);
  read_optional_member(json, "attempted", request.facts.attempted);
  return request;
}

void Outbox::read_requests() {
  const fs::path path = m_directory / k_requests;
  const std::string text = read_whole(path);
  std::string_view rest = text;
  try {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      m_requests.push_back(request_of(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      m_last_number = m_requests.back().facts.request;
      if (!m_by_number.emplace(m_last_number, std::prev(m_requests.end())).second)
        fail_as_damaged(path, "damaged");
    }
  } catch (const Json::exception&) {
    fail_as_damaged(path, "damaged");
  }
}

/// What an earlier program has noted.
void Outbox::replay(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    if (json.contains("ended")) {
      m_ended = outcome_of(json.at("ended"));
      return;
    }
    const Requests::iterator at = m_by_number.at(member<std::uint64_t>(json, "request"));
    const std::string what = member<std::string>(json, "what");
    if (what == "sent") {
      count_sent(*at);
    } else if (what == "back") {
      at->facts.attempted = false;
    } else if (what == "settled") {
      count(*at, settled_of(json));
    } else if (what == "divided") {
      Requests parts;
      for (const Json& part : json.at("parts")) parts.push_back(request_of(part.get<std::string>()));
      put_in_place(at, std::move(parts));
    }
  } catch (const std::exception&) {  // JSON of another kind, or a number that nobody knows
    fail_as_damaged(m_directory / k_journal, "damaged");
  }
}

/// Whether it is the first time.
bool Outbox::count_sent(Request& request) {
  request.facts.attempted = true;
  const bool first = !std::exchange(request.facts.sent, true);
  if (first) {
    m_account.sent(request.bytes);
  } else {
    m_account.sent_again();
  }
  return first;
}

void Outbox::count(Request& request, const Settled& settled) {
  m_account.settle(settled);
  request.settled = true;
  request.held = request.held || settled.delivered > 0 || settled.why.in_doubt;
}

void Outbox::put_in_place(Requests::iterator whole, Requests parts) {
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    m_last_number = std::max(m_last_number, part->facts.request);
    if (!m_by_number.emplace(part->facts.request, part).second)
      fail_as_damaged(m_directory / k_journal, "damaged");
    if (part->facts.sent) m_account.sent(part->bytes);  // a half that was tried before it was a request
  }
  m_requests.splice(whole, parts);
  whole->settled = true;  // by what becomes of its parts
}

std::optional<std::int64_t> Outbox::first_open_ms() const {
  const std::scoped_lock lock(m_mutex);
  std::optional<std::int64_t> first_ms;
  for (const Request& request : m_requests) {
    if (!request.settled)
      first_ms = std::min(first_ms.value_or(request.facts.first_ms), request.facts.first_ms);
  }
  return first_ms;
}

std::size_t Outbox::open_requests() const {
  const std::scoped_lock lock(m_mutex);
  return static_cast<std::size_t>(std::count_if(m_requests.begin(), m_requests.end(),
                                                [](const Request& request) { return !request.settled; }));
}

Account Outbox::account() const {
  const std::scoped_lock lock(m_mutex);
  return m_account;
}

bool Outbox::next(Payload& payload) {
  const std::scoped_lock lock(m_mutex);
  while (m_next != m_requests.end() && (m_next->settled || m_next->handed_out)) ++m_next;
  if (m_next == m_requests.end()) return false;
  payload = read(*m_next);
  m_next->handed_out = true;
  return true;
}

void Outbox::begin_again() {
  const std::scoped_lock lock(m_mutex);
  for (Request& request : m_requests) request.handed_out = false;
  m_next = m_requests.begin();
}

Payload Outbox::read(const Request& request) const {
  const fs::path path = body_path(m_directory, request.facts.request);
  Payload payload = request.facts;
  payload.body = read_whole(path);
  if (payload.body.size() != request.bytes || checksum_of(payload.body) != request.checksum)
    fail_as_damaged(path, "not what was written");
  return payload;
}

Payload Outbox::read(std::uint64_t number) const {
  const std::scoped_lock lock(m_mutex);
  return read(*m_by_number.at(number));
}

void Outbox::note(const Json& what, bool lasting) {
  m_journal->append(what.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (lasting) m_journal->sync();
}

bool Outbox::leaves(const Payload& payload) {
  const std::scoped_lock lock(m_mutex);
  Request& request = *m_by_number.at(payload.request);
  m_journal->reserve(k_journal_bytes);
  // What is marked already needs no second mark that lasts.
  note({{"what", "sent"}, {"request", payload.request}}, !request.facts.attempted);
  return count_sent(request);
}

void Outbox::comes_back(const Payload& payload) {
  const std::scoped_lock lock(m_mutex);
  note({{"what", "back"}, {"request", payload.request}}, false);
  m_by_number.at(payload.request)->facts.attempted = false;
}

void Outbox::settle(const Payload& payload, const Settled& settled) {
  const std::scoped_lock lock(m_mutex);
  Json what = json_of(settled);
  what["what"] = "settled";
  what["request"] = payload.request;
  note(what, true);
  count(*m_by_number.at(payload.request), settled);
}

void Outbox::divide(const Payload& whole, std::span<Payload* const> parts) {
  const std::scoped_lock lock(m_mutex);
  Requests requests;
  Json what{{"what", "divided"}, {"request", whole.request}, {"parts", Json::array()}};
  for (Payload* part : parts) {
    part->request = ++m_last_number;
    Request& request = requests.emplace_back();
    request.bytes = part->body.size();
    request.checksum = checksum_of(part->body);
    request.handed_out = true;
    const std::string body = std::exchange(part->body, {});
    request.facts = *part;
    part->body = body;
    write_body(body_path(m_directory, part->request), body);
    sync_file(body_path(m_directory, part->request));
    what["parts"].push_back(line_of(request));
  }
  sync_directory(m_directory);
  m_journal->reserve(k_journal_bytes);
  note(what, true);
  put_in_place(m_by_number.at(whole.request), std::move(requests));
}

std::vector<std::uint64_t> Outbox::held() const {
  const std::scoped_lock lock(m_mutex);
  std::vector<std::uint64_t> numbers;
  for (const Request& request : m_requests) {
    if (request.held) numbers.push_back(request.facts.request);
  }
  return numbers;
}

void Outbox::end(const Outcome& outcome) {
  const std::scoped_lock lock(m_mutex);
  note({{"ended", json_of(outcome)}}, true);
  m_ended = outcome;
  std::error_code ignored;  // it is over: a body that stays does no harm
  for (const auto& [number, request] : m_by_number) fs::remove(body_path(m_directory, number), ignored);
}

}  // namespace k6apm::delivery
