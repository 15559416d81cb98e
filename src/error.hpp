// Facts that end the run: thrown where they are known, caught in main, which picks the exit status.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "notice.hpp"

namespace k6apm {

/// The exit statuses that scripts depend on.
enum class ExitStatus {
  ok = 0,
  left_out = 1,            ///< finished, but something was left out
  usage = 2,               ///< the command line or the options are wrong; nothing was sent
  input = 3,               ///< an input cannot be opened or is no k6 result; nothing was sent
  refused = 4,             ///< a destination refused everything for good
  unavailable = 5,         ///< a destination stayed unavailable
  threshold_crossed = 99,  ///< as k6 ends
  interrupted = 130,
  terminated = 143,
};

/// Ends the run with `status`. The notice is what the person reads; it never holds a secret.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, std::string text, std::string hint = {}, Location where = {})
      : std::runtime_error(text), m_status(status) {
    m_notice.severity = Severity::warning;
    m_notice.where = std::move(where);
    m_notice.text = std::move(text);
    m_notice.hint = std::move(hint);
  }

  ExitStatus status() const { return m_status; }
  const Notice& notice() const { return m_notice; }

 private:
  ExitStatus m_status;
  Notice m_notice;
};

}  // namespace k6apm
