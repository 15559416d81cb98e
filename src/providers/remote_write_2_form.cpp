// Specification: Prometheus remote write 2.0-rc.4 (prometheus/docs, docs/specs/prw/remote_write_spec_2_0.md),
// "Required Written Response Headers", "Partial Write". What surprises: a 1.0 receiver may answer 204 to
// a 2.0 request and store nothing of it, for it reads an empty one (Prometheus before 2.54, VictoriaMetrics);
// only the headers tell. A 400 may be about a few samples, and all others are written. Stale markers are
// counted as samples. A request without series is taken by a receiver of 2.0, and stores nothing anywhere.
#include "providers/remote_write_2_form.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "providers/prometheus_answers.hpp"
#include "providers/prometheus_endpoint.hpp"
#include "providers/remote_write.hpp"
#include "providers/write_request_2.hpp"

namespace k6apm::providers {
namespace {

constexpr auto* k_samples_written = "X-Prometheus-Remote-Write-Samples-Written";
constexpr auto* k_histograms_written = "X-Prometheus-Remote-Write-Histograms-Written";
constexpr auto* k_exemplars_written = "X-Prometheus-Remote-Write-Exemplars-Written";

constexpr std::string_view k_nothing_of_2 = "it took nothing of a remote write 2.0 request";
constexpr auto* k_use_1 = "the receiver does not know remote write 2.0: use --remote-write 1, or auto";

Endpoint endpoint(const apm::Destination& destination, std::string_view user_agent) {
  Endpoint endpoint = prometheus_endpoint(
      destination, user_agent, "application/x-protobuf;proto=io.prometheus.write.v2.Request", "2.0.0");
  endpoint.answer_headers = {k_samples_written, k_histograms_written, k_exemplars_written};
  return endpoint;
}

/// Nothing where the header is missing, or no number: then nothing is written, says the specification.
std::optional<std::uint64_t> written(const std::vector<Header>& headers, std::string_view name) {
  const auto header =
      std::find_if(headers.begin(), headers.end(), [name](const Header& one) { return one.name == name; });
  if (header == headers.end()) return std::nullopt;
  const std::string& text = header->value;
  std::uint64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return count;
}

Call question(const apm::Destination& destination, std::string_view user_agent) {
  return {"POST", endpoint(destination, user_agent), compressed(WriteRequest2().take()), {}};
}

/// 204 alone is what receivers of 1.0 say.
bool is_taken(long status, const std::vector<Header>& headers) {
  return status >= 200 && status < 300 && written(headers, k_samples_written) &&
         written(headers, k_histograms_written) && written(headers, k_exemplars_written);
}

/// What a receiver says that it has written.
struct Counts {
  std::uint64_t samples = 0;
  std::uint64_t histograms = 0;
  std::uint64_t exemplars = 0;
};

Counts counts_of(const std::vector<Header>& headers) {
  return {written(headers, k_samples_written).value_or(0), written(headers, k_histograms_written).value_or(0),
          written(headers, k_exemplars_written).value_or(0)};
}

/// "3 of 12 samples".
std::string counted_text(const Counts& counts, const Payload& payload) {
  std::string text = fmt::format("{} of {} samples", counts.samples, payload.samples);
  if (payload.histograms > 0) {
    text += fmt::format(" and {} of {} histograms", counts.histograms, payload.histograms);
  }
  return text;
}

/// The words for an answer of success that took less than all, or more than there was; else empty.
std::string words_of_success(const std::vector<Header>& headers, const Counts& counts, std::uint64_t missing,
                             const Payload& payload) {
  if (headers.empty()) return std::string(k_nothing_of_2);
  if (missing > 0) return "it wrote " + counted_text(counts, payload);
  const bool more = counts.samples > payload.samples || counts.histograms > payload.histograms;
  if (counts.exemplars == 0 && !more) return {};
  return fmt::format("it says that it wrote {} and {} of 0 exemplars", counted_text(counts, payload),
                     counts.exemplars);
}

/// A sample that is missing may be a stale marker, which is no point; as nobody can tell, points are taken to
/// be missing first.
Judgement judge(Judgement understood, const std::vector<Header>& headers, const Payload& payload) {
  if (understood.verdict == Verdict::retry || understood.verdict == Verdict::stop) return understood;
  const Counts counts = counts_of(headers);
  const std::uint64_t missing = payload.samples - std::min(counts.samples, payload.samples) +
                                payload.histograms - std::min(counts.histograms, payload.histograms);
  if (understood.verdict == Verdict::too_large && missing >= payload.points) return understood;
  if (understood.verdict == Verdict::delivered) {
    understood.words = words_of_success(headers, counts, missing, payload);
  } else if (missing == 0 && understood.words.empty()) {
    understood.words = "it wrote everything all the same";
  }
  understood.points_taken = payload.points - std::min(missing, payload.points);
  understood.verdict = missing == 0                  ? Verdict::delivered
                       : understood.points_taken > 0 ? Verdict::partly
                                                     : Verdict::refused;
  return understood;
}

std::string advice(long status, std::string_view words, bool resent) {
  const bool unknown = status < 300 && words.find(k_nothing_of_2) != std::string_view::npos;
  return unknown || status == 415 ? k_use_1 : prometheus_advice(status, words, resent);
}

}  // namespace

const NewerForm& remote_write_2_form() {
  static const NewerForm form{
      .name = "remote write 2.0",
      .older_name = "remote write 1.0",
      .endpoint = endpoint,
      .question = question,
      .is_taken = is_taken,
      .judge = judge,
      .advice = advice,
  };
  return form;
}

}  // namespace k6apm::providers
