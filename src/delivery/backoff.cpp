#include "delivery/backoff.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>

namespace k6apm::delivery {
namespace {

double uniform() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace

std::optional<double> Backoff::next(double elapsed_s, std::optional<double> retry_after_s) {
  const double left_s = m_budget_s - elapsed_s;
  if (!(left_s > 0)) return std::nullopt;
  double wait_s = m_uniform() * m_bound_s;
  m_bound_s = std::min(k_max_bound_s, m_bound_s * 2);
  if (retry_after_s) wait_s = std::max(wait_s, *retry_after_s);
  return std::min(wait_s, left_s);
}

Attempts::Attempts(double budget_s) : m_budget_s(budget_s), m_backoff(budget_s, uniform) {}

double Attempts::left_s() const { return std::max(0.0, m_budget_s - elapsed_s()); }

std::optional<double> Attempts::wait_s(std::optional<double> retry_after_s) {
  if (m_count >= k_max_attempts) return std::nullopt;
  return m_backoff.next(elapsed_s(), retry_after_s);
}

std::string Attempts::sum_up(const std::string& words) const {
  return fmt::format("{} (after {} attempt{} in {:.0f} s)", words, m_count, m_count == 1 ? "" : "s",
                     elapsed_s());
}

double Attempts::elapsed_s() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count();
}

}  // namespace k6apm::delivery
