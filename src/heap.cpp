// A page fault takes half a microsecond, on a virtual machine up to twelve, and a run over all metrics had
// ten thousand of them: a fifth of its time. With huge pages there is one for 2 MiB. The heap of a thread
// grows by some pages at a time, so that there is never room for a huge one; hence it is made to grow ahead,
// by blocks as large as it takes, and what it has got is marked before anything lies there. This takes no
// memory, as a page comes when it is used for the first time. (madvise(2), MADV_HUGEPAGE; glibc's
// manual, 3.2.3.10: its tunable hugetlb=1 marks heaps as well, but cannot be set from within and lets those
// of threads grow as before.)
#include "heap.hpp"

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace k6apm {
namespace {

constexpr std::size_t k_mib = std::size_t{1024} * 1024;
constexpr std::size_t k_huge_page = 2 * k_mib;
constexpr std::size_t k_largest_block = 32 * k_mib;  ///< of a heap, the most that glibc allows
constexpr std::size_t k_block = k_largest_block - k_mib;
constexpr std::size_t k_blocks = 2;  ///< which is all that a heap of glibc's holds

#ifdef K6APM_SANITIZED
constexpr bool k_is_sanitized = true;
#else
constexpr bool k_is_sanitized = false;
#endif

/// How far it is to the next huge page.
std::size_t to_huge_page(const void* address) {
  return k_huge_page - reinterpret_cast<std::uintptr_t>(address) % k_huge_page;
}

/// Takes what is left before the first huge page, where small ones are in use already, for good. It remains
/// reachable, so that nobody takes it for a leak.
void leave_unused(std::size_t size) {
  static std::atomic<void**> last{nullptr};
  if (size < sizeof(void*)) return;
  if (auto** const unused = static_cast<void**>(std::malloc(size))) *unused = last.exchange(unused);
}

}  // namespace

void keep_freed_memory() {
#ifdef __GLIBC__
  // Windows and payloads come and go by the megabyte; with the usual thresholds they would begin with page
  // faults each time.
  mallopt(M_MMAP_THRESHOLD, static_cast<int>(k_largest_block));
  mallopt(M_TRIM_THRESHOLD, static_cast<int>(512 * k_mib));
#endif
}

void use_huge_pages() {
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
  if (k_is_sanitized) return;  // a sanitizer has a heap of its own, and marks each byte of a block
  std::array<void*, k_blocks> ahead{};
  for (void*& block : ahead) {
    block = std::malloc(k_block);
    if (block == nullptr) continue;
    madvise(static_cast<char*>(block) + to_huge_page(block), k_block - k_huge_page, MADV_HUGEPAGE);
  }
  const std::size_t small_pages = ahead[0] == nullptr ? 0 : to_huge_page(ahead[0]);
  for (void* const block : ahead) std::free(block);
  constexpr std::size_t k_beside = 64;  // what malloc itself puts around a block
  if (small_pages > k_beside) leave_unused(small_pages - k_beside);
#endif
}

}  // namespace k6apm
