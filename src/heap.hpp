// What the heap asks of the system. Both are hints to glibc's malloc and to Linux; elsewhere they do nothing.
#pragma once

namespace k6apm {

/// Memory that was freed stays with the program. Before the first thread is started.
void keep_freed_memory();

/// Lets what the calling thread allocates from now on lie in huge pages, where the system has some to give.
/// Once for each heap, before much lies in it: a thread takes over the heap of one that has ended.
void use_huge_pages();

}  // namespace k6apm
