#include "delivery/text_file.hpp"

#include <string_view>

#include "delivery/output_file.hpp"
#include "error.hpp"

namespace k6apm::delivery {

Outcome write_text_file(const providers::Export& series, const std::string& path,
                        const std::atomic<bool>& interrupted) {
  Outcome outcome;
  try {
    write_output_file(path, [&](const Write& write) {
      series.write_open_metrics([&](std::string_view piece) {
        if (outcome.interrupted = interrupted; outcome.interrupted) return false;
        outcome.bytes += piece.size();
        return write(piece);
      });
      return !outcome.interrupted;
    });
  } catch (const Error& failure) {
    outcome.unavailable = true;
    outcome.error = failure.notice().text;
    outcome.notices.push_back(failure.notice());
  }
  (outcome.unavailable || outcome.interrupted ? outcome.points_kept : outcome.points_delivered) =
      series.points();
  return outcome;
}

}  // namespace k6apm::delivery
