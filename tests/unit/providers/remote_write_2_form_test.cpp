#include "providers/remote_write_2_form.hpp"

#include <doctest/doctest.h>

#include <tuple>

#include "series_builder.hpp"

namespace k6apm::test {
namespace {

using providers::Header;
using providers::Judgement;
using providers::Verdict;

constexpr auto* k_samples = "X-Prometheus-Remote-Write-Samples-Written";
constexpr auto* k_histograms = "X-Prometheus-Remote-Write-Histograms-Written";
constexpr auto* k_exemplars = "X-Prometheus-Remote-Write-Exemplars-Written";

std::vector<Header> written(const std::string& samples, const std::string& histograms = "0",
                            const std::string& exemplars = "0") {
  return {{k_samples, samples}, {k_histograms, histograms}, {k_exemplars, exemplars}};
}

/// To a payload of 10 points and 2 stale markers.
Judgement judged(long status, const std::vector<Header>& headers, const std::string& body = "why") {
  providers::Payload payload;
  payload.points = 10;
  payload.samples = 12;
  return providers::remote_write_2_form().judge(prometheus().judge(status, body), headers, payload);
}

}  // namespace

TEST_CASE("headers of remote write 2.0") {
  apm::Destination destination;
  destination.remote_write_url = "https://receiver/api/v1/push?tenant=a";
  destination.token = apm::Secret("t0p");
  const auto to = providers::remote_write_2_form().endpoint(destination, "k6apm/0.1.0");
  CHECK(to.url == "https://receiver/api/v1/push?tenant=a");
  std::string text;
  for (const Header& header : to.headers) text += header.name + ": " + header.value + "\n";
  CHECK(text ==
        "Content-Encoding: snappy\n"
        "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request\n"
        "X-Prometheus-Remote-Write-Version: 2.0.0\n"
        "User-Agent: k6apm/0.1.0\n"
        "Authorization: Bearer t0p\n");
  CHECK(to.answer_headers == std::vector<std::string>{k_samples, k_histograms, k_exemplars});

  const providers::Call question = providers::remote_write_2_form().question(destination, "k6apm/0.1.0");
  CHECK(question.method == "POST");
  CHECK(question.endpoint.headers.size() == to.headers.size());
  CHECK(question.body == std::string("\x02\x04\x22\x00", 4));  // snappy: 2 bytes, literal; symbols: ""
}

TEST_CASE("only an answer that counts says that 2.0 is taken") {
  const auto& form = providers::remote_write_2_form();
  CHECK(form.is_taken(204, written("0")));
  CHECK(form.is_taken(200, written("0")));
  CHECK_FALSE(form.is_taken(204, {}));
  CHECK_FALSE(form.is_taken(204, {{k_samples, "0"}}));
  CHECK_FALSE(form.is_taken(204, {{k_histograms, "0"}, {k_exemplars, "0"}}));
  CHECK_FALSE(form.is_taken(204, written("none")));
  for (const long status : {301, 400, 401, 403, 404, 415, 429, 500}) {
    CAPTURE(status);
    CHECK_FALSE(form.is_taken(status, written("0")));
  }
}

TEST_CASE("the counts decide what of a payload was taken") {
  struct Case {
    long status;
    std::vector<Header> headers;
    Verdict verdict;
    std::uint64_t taken;
    std::string words;
  };
  const std::string nothing = "it took nothing of a remote write 2.0 request";
  for (const Case& one : std::vector<Case>{
           {204, written("12"), Verdict::delivered, 10, ""},
           {200, written("13"), Verdict::delivered, 10,
            "it says that it wrote 13 of 12 samples and 0 of 0 exemplars"},
           {204, {}, Verdict::refused, 0, nothing},
           {200, {{k_exemplars, "0"}}, Verdict::refused, 0, "it wrote 0 of 12 samples"},
           {204, written("0"), Verdict::refused, 0, "it wrote 0 of 12 samples"},
           {204, written("2"), Verdict::refused, 0, "it wrote 2 of 12 samples"},
           {204, written("3"), Verdict::partly, 1, "it wrote 3 of 12 samples"},
           {204, written("11"), Verdict::partly, 9, "it wrote 11 of 12 samples"},
           {204, written("many"), Verdict::refused, 0, "it wrote 0 of 12 samples"},
           {204, written("-1"), Verdict::refused, 0, "it wrote 0 of 12 samples"},
           {204, written("12", "1", "2"), Verdict::delivered, 10,
            "it says that it wrote 12 of 12 samples and 2 of 0 exemplars"},
           {400, written("7"), Verdict::partly, 5, "why"},
           {400, written("12"), Verdict::delivered, 10, "why"},
           {400, written("0"), Verdict::refused, 0, "why"},
           {400, {}, Verdict::refused, 0, "why"},
           {415, {}, Verdict::refused, 0, "why"},
           {413, {}, Verdict::too_large, 0, "why"},
           {401, written("7"), Verdict::stop, 0, "why"},
           {404, {}, Verdict::stop, 0, "why"},
           {429, written("7"), Verdict::retry, 0, "why"},
           {500, written("7"), Verdict::retry, 0, "why"},
       }) {
    CAPTURE(one.status);
    CAPTURE(one.words);
    const Judgement judgement = judged(one.status, one.headers);
    CHECK(judgement.verdict == one.verdict);
    CHECK(judgement.points_taken == one.taken);
    CHECK(judgement.words == one.words);
  }
  const auto too_large = [](const std::vector<Header>& headers) {
    providers::Payload payload;
    payload.points = 10;
    payload.samples = 12;
    return providers::remote_write_2_form().judge({Verdict::too_large, "why"}, headers, payload);
  };
  CHECK(too_large({}).verdict == Verdict::too_large);
  CHECK(too_large(written("0")).verdict == Verdict::too_large);
  CHECK(too_large(written("5")).verdict == Verdict::partly);
  CHECK(judged(400, written("12"), "").words == "it wrote everything all the same");
}

TEST_CASE("who does not know 2.0 is to be sent 1.0") {
  const auto advice = providers::remote_write_2_form().advice;
  const std::string use_1 = "the receiver does not know remote write 2.0: use --remote-write 1, or auto";
  CHECK(advice(204, "204 it took nothing of a remote write 2.0 request", false) == use_1);
  CHECK(advice(415, "415 Unsupported Media Type", false) == use_1);
  CHECK(advice(204, "204 it wrote 3 of 12 samples", false).empty());
  CHECK(advice(400, "400 out of order sample", true) ==
        prometheus().advice(400, "400 out of order sample", true));
  CHECK(prometheus().advice(415, "415 Unsupported Media Type", false).empty());
}

TEST_CASE("histograms are counted beside samples") {
  providers::Payload payload;
  payload.points = 10;
  payload.samples = 6;
  payload.histograms = 5;
  const auto judged = [&](const std::vector<Header>& headers) {
    return providers::remote_write_2_form().judge({Verdict::delivered, ""}, headers, payload);
  };
  CHECK(judged(written("6", "5")).verdict == Verdict::delivered);
  CHECK(judged(written("6", "5")).words.empty());
  CHECK(judged(written("6", "0")).verdict == Verdict::partly);
  CHECK(judged(written("6", "0")).points_taken == 5);
  CHECK(judged(written("6", "0")).words == "it wrote 6 of 6 samples and 0 of 5 histograms");
}

}  // namespace k6apm::test
