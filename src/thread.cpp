#include "thread.hpp"

#include <sched.h>

#include <optional>
#include <system_error>
#include <utility>

namespace k6apm {
namespace {

/// Those that the calling thread may use, unless there are more than a set of the usual size holds.
std::optional<cpu_set_t> own_processors() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  if (sched_getaffinity(0, sizeof processors, &processors) != 0) return std::nullopt;
  return processors;
}

/// Without that of the calling thread, and without one more for each thread before: the kernel takes the
/// first of what is left. Nothing where none is.
std::optional<cpu_set_t> others(cpu_set_t processors, std::size_t index) {
  const int own = sched_getcpu();
  if (own >= 0 && own < CPU_SETSIZE) CPU_CLR(static_cast<std::size_t>(own), &processors);
  std::size_t taken = 1;
  for (std::size_t processor = 0; processor < CPU_SETSIZE && taken < index; ++processor) {
    if (!CPU_ISSET(processor, &processors)) continue;
    CPU_CLR(processor, &processors);
    ++taken;
  }
  if (CPU_COUNT(&processors) == 0) return std::nullopt;
  return processors;
}

}  // namespace

struct Thread::Start {
  std::function<void()> work;
  std::optional<cpu_set_t> processors;  ///< to use once it runs

  static void* run(void* start) {
    const auto& self = *static_cast<Start*>(start);
    if (self.processors) sched_setaffinity(0, sizeof *self.processors, &*self.processors);
    self.work();
    return nullptr;
  }
};

Thread::Thread(std::size_t index, std::function<void()> work)
    : m_start(std::make_unique<Start>(Start{std::move(work), own_processors()})) {
  int failure = -1;
  if (const auto first = m_start->processors ? others(*m_start->processors, index) : std::nullopt) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) == 0) {
      if (pthread_attr_setaffinity_np(&attributes, sizeof *first, &*first) == 0)
        failure = pthread_create(&m_thread, &attributes, Start::run, m_start.get());
      pthread_attr_destroy(&attributes);
    }
  }
  if (failure != 0) {  // also where a processor has gone meanwhile
    m_start->processors.reset();
    failure = pthread_create(&m_thread, nullptr, Start::run, m_start.get());
  }
  if (failure != 0) throw std::system_error(failure, std::generic_category(), "a thread cannot be started");
}

Thread::~Thread() { pthread_join(m_thread, nullptr); }

}  // namespace k6apm
