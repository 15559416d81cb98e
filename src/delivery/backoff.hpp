// How long to wait before a request is sent again.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace k6apm::delivery {

/// Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015): the
/// wait is uniform between 0 and a bound that doubles from 0.2 s to 30 s. One object per request; not for
/// several threads.
class Backoff {
 public:
  static constexpr double k_first_bound_s = 0.2;
  static constexpr double k_max_bound_s = 30;

  /// `budget_s`: after how long, counted from the first attempt, no attempt is begun. `uniform` gives numbers
  /// in [0, 1).
  Backoff(double budget_s, std::function<double()> uniform)
      : m_budget_s(budget_s), m_uniform(std::move(uniform)) {}

  /// The wait before the next attempt, or nothing when the budget is used up. `elapsed_s` since the first
  /// attempt began. `retry_after_s` is what the receiver asked for; it wins where it is longer. No wait goes
  /// beyond the budget: the last attempt is made when it ends.
  std::optional<double> next(double elapsed_s, std::optional<double> retry_after_s);

 private:
  double m_budget_s;
  std::function<double()> m_uniform;
  double m_bound_s = k_first_bound_s;
};

/// The attempts of one request by the clock, from now on. One object per request; not for several threads.
class Attempts {
 public:
  /// Attempts of one request at most, our own bound: what backoff alone makes in some four hours.
  static constexpr std::size_t k_max_attempts = 1000;

  explicit Attempts(double budget_s);

  void count() { ++m_count; }  ///< one more begins
  double left_s() const;       ///< of the budget, 0 and more

  /// As Backoff::next; nothing after k_max_attempts.
  std::optional<double> wait_s(std::optional<double> retry_after_s);

  /// "WORDS (after 3 attempts in 5 s)".
  std::string sum_up(const std::string& words) const;

 private:
  double elapsed_s() const;

  double m_budget_s;
  Backoff m_backoff;
  std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
  std::size_t m_count = 0;
};

}  // namespace k6apm::delivery
