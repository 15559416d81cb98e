// Any bytes are the run.json of a spool, or an Error that says what is wrong.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "error.hpp"
#include "fuzz/scratch.hpp"
#include "spooling.hpp"

namespace {

/// With an outbox in which everything is still to be sent.
void write_files(const std::filesystem::path& spool, std::string_view run) {
  std::ofstream(spool / "k6apm-spool").close();
  const std::filesystem::path outbox = spool / "00-prometheus";
  std::filesystem::create_directory(outbox);
  std::ofstream(outbox / "requests") << R"({"number":1,"slice":0,"series":1,"points":1,"samples":1,)"
                                        R"("histograms":0,"first_ms":1,"last_ms":1,"bytes":0,"checksum":0})"
                                     << '\n';
  std::ofstream(spool / "run.json", std::ios::binary | std::ios::trunc) << run;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scratch scratch;
  write_files(scratch.path(), std::string_view(reinterpret_cast<const char*>(data), size));
  try {
    k6apm::Spooling spooling(scratch.path().string());
    if (!spooling.has_run()) std::abort();
    const k6apm::cli::Job job;
    const k6apm::apm::ApmBlock block;
    k6apm::cli::Report report;
    for (const k6apm::Route& route : spooling.take_up(job, block, report)) {
      if (route.destination == nullptr || route.provider == nullptr || !route.series) std::abort();
    }
  } catch (const k6apm::Error& wrong) {
    if (wrong.notice().text.empty()) std::abort();
  }
  return 0;
}
