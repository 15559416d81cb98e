// A thread that begins at once, on a processor of its own where there is one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <pthread.h>

namespace k6apm {

/// Joined when it goes out of scope. As a rule Linux starts a thread on an idle processor. Where the kernel
/// has no scheduling domains, as in some virtual machines, it starts it on that of its creator, and moves it
/// to an idle one at the next tick: up to 4 ms later, in which 20 MB of results are read. So it is created
/// for other processors than that (pthread_attr_setaffinity_np(3)), and gets all that the creator may use
/// when it runs.
class Thread {
 public:
  /// Runs `work`, which must not throw. `index` is that among the threads started together, from 1: each of
  /// them has other processors to begin on. Throws std::system_error where the system gives no thread.
  Thread(std::size_t index, std::function<void()> work);
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  Thread(Thread&&) = delete;
  Thread& operator=(Thread&&) = delete;

 private:
  struct Start;

  std::unique_ptr<Start> m_start;
  pthread_t m_thread{};
};

}  // namespace k6apm
