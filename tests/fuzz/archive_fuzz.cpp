// Any bytes are an options file, as text or as an archive, or an Error with ExitStatus::usage.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "apm/archive.hpp"
#include "apm/options_bytes.hpp"
#include "error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  k6apm::apm::FileStart file;
  file.bytes.assign(reinterpret_cast<const char*>(data), size);
  for (const bool is_cut : {false, true}) {
    file.is_cut = is_cut;
    try {
      // As an archive in any case: what begins as none is one to libarchive, too.
      k6apm::apm::metadata_of_archive(file, "options");
    } catch (const k6apm::Error& error) {
      if (error.status() != k6apm::ExitStatus::usage || error.notice().text.empty()) std::abort();
    }
    try {
      k6apm::apm::text_of(file, "options");
    } catch (const k6apm::Error& error) {
      if (error.status() != k6apm::ExitStatus::usage || error.notice().text.empty()) std::abort();
    }
  }
  return 0;
}
