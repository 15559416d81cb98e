#include "cli/console.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace k6apm::cli;

namespace {

/// A variable of the environment with another value as long as this lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : m_name(name) {
    const char* const before = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    m_was_set = before != nullptr;
    if (m_was_set) m_before = before;
    if (value == nullptr) {
      unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
    } else {
      setenv(name, value, 1);  // NOLINT(concurrency-mt-unsafe)
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (m_was_set) {
      setenv(m_name, m_before.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    } else {
      unsetenv(m_name);  // NOLINT(concurrency-mt-unsafe)
    }
  }

 private:
  const char* m_name;
  bool m_was_set = false;
  std::string m_before{};
};

constexpr int k_no_terminal = -1;

}  // namespace

TEST_CASE("--color wins over the environment, NO_COLOR over CLICOLOR_FORCE, and both over the terminal") {
  struct Case {
    Wish wish;
    const char* no_color;
    const char* force;
    bool expected;
  };
  const std::vector<Case> cases = {
      {Wish::automatic, nullptr, nullptr, false}, {Wish::automatic, nullptr, "1", true},
      {Wish::automatic, nullptr, "0", false},     {Wish::automatic, nullptr, "", false},
      {Wish::automatic, "1", "1", false},         {Wish::automatic, "", "1", true},
      {Wish::always, "1", nullptr, true},         {Wish::never, nullptr, "1", false}};
  for (const Case& c : cases) {
    const Variable no_color("NO_COLOR", c.no_color);
    const Variable force("CLICOLOR_FORCE", c.force);
    CHECK(wants_color(c.wish, k_no_terminal) == c.expected);
  }
}
