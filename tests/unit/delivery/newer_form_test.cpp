// Requests in a provider's newer form: the question before them, and what the headers of answers count.
#include "delivery/newer_form.hpp"

#include <doctest/doctest.h>

#include "providers/remote_write.hpp"
#include "providers/write_request_2.hpp"
#include "sender_run.hpp"

namespace k6apm::test {
namespace {

using delivery::Outcome;

std::string written(int samples) {
  return "X-Prometheus-Remote-Write-Samples-Written: " + std::to_string(samples) +
         "\r\nX-Prometheus-Remote-Write-Histograms-Written: 0\r\n"
         "X-Prometheus-Remote-Write-Exemplars-Written: 0\r\n";
}

const providers::NewerForm& form() {
  return *providers::find_provider(apm::ProviderKind::prometheus)->newer_form;
}

apm::Destination destination(const std::string& url) {
  apm::Destination destination;
  destination.remote_write_url = url;
  return destination;
}

bool is_taken(const std::string& url, double timeout_s = 5) {
  const std::atomic<bool> never{false};
  return delivery::takes_newer_form(form(), form().question(destination(url), "test"), timeout_s, never);
}

/// 10 points and a stale marker.
providers::Payload ten(std::string body, std::uint64_t slice) {
  providers::Payload one = payload(std::move(body), 10, slice);
  one.samples = 11;
  return one;
}

/// Three payloads one after another, each answered by `script`.
Outcome sent(LoopbackServer::Script script, std::size_t requests) {
  LoopbackServer server(std::move(script));
  Delivery delivery{ScriptedExport({ten("a", 0), ten("b", 1), ten("c", 2)})};
  delivery.settings.form = &form();
  delivery::Sender sender(delivery.payloads, delivery.provider,
                          form().endpoint(destination(server.url()), "test"), delivery.settings,
                          delivery.interrupted);
  sender.work();
  CHECK(server.requests().size() == requests);
  const Outcome outcome = sender.outcome();
  CHECK(outcome.points_delivered + outcome.points_refused + outcome.points_kept == 30);
  CHECK(outcome.points_kept == 0);
  return outcome;
}

}  // namespace

TEST_CASE("the question is one request, and every answer but one is a no") {
  struct Case {
    Answer answer;
    bool taken;
  };
  for (const Case& one : std::vector<Case>{
           {answer(204, "", written(0)), true},
           {answer(200, "",
                   "x-prometheus-remote-write-samples-written: 0\r\n"
                   "x-prometheus-remote-write-histograms-written: 0\r\n"
                   "x-prometheus-remote-write-exemplars-written:  0 \r\n"),
            true},
           {answer(204), false},
           {answer(400, "snappy?"), false},
           {answer(401), false},
           {answer(404), false},
           {answer(415, "", written(0)), false},
           {answer(500), false},
           {Answer{"", true, {}}, false},
           {Answer{"what?\r\n", true, {}}, false},
       }) {
    CAPTURE(one.answer.bytes);
    LoopbackServer server([&one](const Request&, std::size_t) { return one.answer; });
    CHECK(is_taken(server.url()) == one.taken);
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].head.find("Content-Type: application/x-protobuf;proto=io.prometheus.write.v2."
                                         "Request\r\n") != std::string::npos);
  }
  LoopbackServer slow([](const Request&, std::size_t) {
    return Answer{answer(204, "", written(0)).bytes, false, std::chrono::milliseconds(400)};
  });
  CHECK_FALSE(is_taken(slow.url(), 0.1));
  CHECK_FALSE(is_taken("http://127.0.0.1:1/"));
}

TEST_CASE("all written is delivered") {
  const Outcome outcome = sent([](const Request&, std::size_t) { return answer(204, "", written(11)); }, 3);
  CHECK(outcome.points_delivered == 30);
  CHECK(outcome.notices.empty());
}

TEST_CASE("what was not written is refused, and the rest is delivered") {
  const Outcome outcome = sent(
      [](const Request&, std::size_t number) {
        if (number == 1) return answer(200, "", written(4));
        if (number == 2) return answer(400, "out of order sample", written(9));
        return answer(204, "", written(11));
      },
      3);
  CHECK(outcome.points_delivered == 10 + 3 + 8);
  CHECK(outcome.points_refused == 7 + 2);
  CHECK_FALSE(outcome.stopped);
  REQUIRE(outcome.notices.size() == 2);
  CHECK(outcome.notices[0].text == "the receiver refused 7 points: 200 it wrote 4 of 11 samples");
  CHECK(outcome.notices[1].text == "the receiver refused 2 points: 400 out of order sample");
  CHECK_FALSE(outcome.notices[1].hint.empty());
}

TEST_CASE("a receiver that counts nothing has taken nothing") {
  const Outcome outcome = sent([](const Request&, std::size_t) { return answer(204); }, 3);
  CHECK(outcome.points_refused == 30);
  REQUIRE(outcome.notices.size() == 1);
  CHECK(outcome.notices[0].text ==
        "the receiver refused 30 points: 204 it took nothing of a remote write 2.0 request");
  CHECK(outcome.notices[0].hint.find("--remote-write 1") != std::string::npos);
}

TEST_CASE("what may pass is sent again, whatever was counted") {
  const Outcome outcome = sent(
      [](const Request&, std::size_t number) {
        return number == 0 ? answer(503, "busy", written(5)) : answer(204, "", written(11));
      },
      4);
  CHECK(outcome.points_delivered == 30);
  CHECK(outcome.retries == 1);
}

TEST_CASE("an answer that breaks off before it counts is none") {
  const Outcome again = sent(
      [](const Request&, std::size_t number) {
        return number == 1 ? Answer{"HTTP/1.1 200 X\r\nContent-Length: 3\r\nX-Prome", true, {}}
                           : answer(204, "", written(11));
      },
      4);
  CHECK(again.points_delivered == 30);
  CHECK(again.retries == 1);
  // All that counts is there, and only the text is not.
  const Outcome outcome = sent(
      [](const Request&, std::size_t) {
        return Answer{"HTTP/1.1 200 X\r\nContent-Length: 3\r\n" + written(11) + "\r\n", true, {}};
      },
      3);
  CHECK(outcome.points_delivered == 30);
}

TEST_CASE("what is too large goes in halves, and each is counted") {
  const providers::Metadata metadata{.name = "m", .counter = true};
  providers::WriteRequest2 request;
  providers::Payload whole;
  for (int i = 0; i < 8; ++i) {
    providers::SeriesBlock block;
    providers::append_label(block.labels, "__name__", "m");
    providers::append_label(block.labels, "t", std::to_string(i));
    block.metadata = &metadata;
    block.samples = {{1, 1000}, {providers::k_stale_marker_bits, 1001}};
    REQUIRE(request.add(block, 1U << 20U));
    whole.points += 1;
    whole.samples += 2;
    whole.series += 1;
  }
  whole.body = providers::compressed(request.take());
  const std::size_t too_large = whole.body.size() / 2;

  int taken = 0;
  LoopbackServer server([&](const Request& request_, std::size_t) {
    if (request_.body.size() > too_large) return answer(413);
    ++taken;
    return answer(204, "", written(4));
  });
  Delivery delivery{ScriptedExport({whole})};
  providers::Provider provider = delivery.provider;
  provider.judge = [](long status, std::string_view) {
    return providers::Judgement{status == 413 ? providers::Verdict::too_large : providers::Verdict::delivered,
                                {}};
  };
  delivery.settings.form = &form();
  delivery::Sender sender(delivery.payloads, provider, form().endpoint(destination(server.url()), "test"),
                          delivery.settings, delivery.interrupted);
  sender.work();
  CHECK(taken >= 4);
  CHECK(sender.outcome().points_delivered == 8);
}

}  // namespace k6apm::test
