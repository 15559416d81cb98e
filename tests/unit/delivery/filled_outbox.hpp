// An outbox that a test fills, with what comes out of it.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "../scratch.hpp"
#include "delivery/outbox.hpp"
#include "error.hpp"
#include "scripted_export.hpp"

namespace k6apm::test {

inline const std::atomic<bool> k_not_interrupted{false};

/// A directory that holds these payloads as requests 1, 2, 3...
class FilledOutbox {
 public:
  explicit FilledOutbox(std::vector<providers::Payload> payloads) {
    ScriptedExport all(std::move(payloads));
    REQUIRE(delivery::Outbox::fill(directory(), all, k_not_interrupted));
  }

  std::filesystem::path directory() const { return m_scratch.path("00-written"); }
  std::filesystem::path file(const std::string& name) const { return directory() / name; }
  std::filesystem::path body(int number) const {
    const std::string digits = std::to_string(number);
    return file(std::string(6 - digits.size(), '0') + digits + ".body");
  }

 private:
  Scratch m_scratch{};
};

/// Everything that is handed out in this pass.
inline std::vector<providers::Payload> rest_of(delivery::Outbox& outbox) {
  std::vector<providers::Payload> all;
  for (providers::Payload one; outbox.next(one);) all.push_back(one);
  return all;
}

/// "1:BODY 2:BODY", in the order in which they are handed out.
inline std::string told(const std::vector<providers::Payload>& payloads) {
  std::string text;
  for (const providers::Payload& one : payloads)
    text += (text.empty() ? "" : " ") + std::to_string(one.request) + ":" + one.body;
  return text;
}

/// The same of an outbox that is opened anew.
inline std::string reopened(const FilledOutbox& filled) {
  delivery::Outbox outbox(filled.directory());
  const std::vector<providers::Payload> all = rest_of(outbox);
  CHECK(outbox.open_requests() == all.size());
  return told(all);
}

/// What an Error says; fails where there is none.
inline std::string failure(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::unavailable);
    return error.notice().text;
  }
  FAIL("no error");
  return {};
}

}  // namespace k6apm::test
