#include "shared_library.hpp"

#include <dlfcn.h>

#include <utility>

#include <fmt/format.h>

#include "error.hpp"

namespace k6apm {

// RTLD_LAZY: a function of those that come along is looked up when it is called, and hardly any is. Never
// closed: libraries below, OpenSSL for one, leave handlers for the end of the program.
SharedLibrary::SharedLibrary(std::string file, std::string_view purpose, std::string_view package)
    : m_file(std::move(file)), m_handle(dlopen(m_file.c_str(), RTLD_LAZY | RTLD_LOCAL)) {
  if (m_handle != nullptr) return;
  const char* reason = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps it per thread
  throw Error(ExitStatus::usage,
              fmt::format("{} needs a library that cannot be loaded: {}", purpose,
                          reason == nullptr ? m_file : reason),
              fmt::format("Debian has it in the package {}", package));
}

SharedLibrary::Symbol SharedLibrary::function(const char* name) const {
  void* address = dlsym(m_handle, name);
  if (address == nullptr)
    throw Error(ExitStatus::usage, fmt::format("{} is too old: it has no {}", m_file, name));
  return Symbol(address);
}

}  // namespace k6apm
