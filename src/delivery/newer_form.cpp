#include "delivery/newer_form.hpp"

#include <chrono>

#include "delivery/http_client.hpp"

namespace k6apm::delivery {

bool takes_newer_form(const providers::NewerForm& form, const providers::Call& question, double timeout_s,
                      const std::atomic<bool>& interrupted) {
  const auto timeout =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(timeout_s));
  HttpClient client;
  const Response response =
      client.send(question.method, question.endpoint, question.body, timeout, interrupted);
  return response.status != 0 && form.is_taken(response.status, response.headers);
}

}  // namespace k6apm::delivery
