#include "delivery/libcurl.hpp"

#include <doctest/doctest.h>

#include <string>

#include "error.hpp"

namespace k6apm::test {

using delivery::libcurl;

namespace {

struct Unknown : private SharedLibrary {
  explicit Unknown(const char* file) : SharedLibrary(file, "testing", "a-package") {}
  void (*unknown)() = function("k6apm_unknown");
};

std::string refusal_of(const char* file) {
  try {
    const Unknown library(file);
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::usage);
    return error.notice().text + "; " + error.notice().hint;
  }
  return "none";
}

}  // namespace

TEST_CASE("libcurl is loaded once, and is the one of the headers or a later one") {
  CHECK(&libcurl() == &libcurl());
  CHECK(libcurl().version_info(CURLVERSION_NOW)->version_num >= LIBCURL_VERSION_NUM);
}

TEST_CASE("a library that is missing or too old is named") {
  CHECK(refusal_of("libk6apm-nowhere.so.1")
            .starts_with("testing needs a library that cannot be loaded: libk6apm-nowhere.so.1: "));
  CHECK(refusal_of("libk6apm-nowhere.so.1").ends_with("; Debian has it in the package a-package"));
  CHECK(refusal_of("libcurl.so.4") == "libcurl.so.4 is too old: it has no k6apm_unknown; ");
}

}  // namespace k6apm::test
