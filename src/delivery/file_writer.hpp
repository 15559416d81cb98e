// Requests as files: DIR/NN-PROVIDER/NNNNNN.body, byte for byte what would be sent, and NNNNNN.json beside
// it.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string>

#include "delivery/outcome.hpp"
#include "providers/payload.hpp"
#include "providers/provider.hpp"

namespace k6apm::delivery {

/// Of the number in the name of a request's file, at least.
inline constexpr std::size_t k_number_digits = 6;

/// Throws Error(usage) where requests of an earlier run stand in `dir`/`subdir` and `force` is not set, or
/// where that is no place for a directory. Writes nothing: call it for every destination before the first is
/// written.
void check_files(const std::filesystem::path& dir, const std::string& subdir, bool force);

/// Makes `directory` and what is missing above it. Throws Error(usage) where it cannot.
void make_directory(const std::filesystem::path& directory);

/// Writes all payloads, which are of `provider`, to `dir`/`subdir`, which is made where it is missing; with
/// `force` the requests of an earlier run go first, other files stay. A file appears whole or not at all.
/// Every point counts as delivered. Where a file cannot be written the rest is kept, and the outcome says
/// why; so it is when `interrupted` becomes true. Throws Error(usage) as check_files does or where the
/// directory cannot be made.
Outcome write_files(providers::Export& payloads, const providers::Provider& provider,
                    const providers::Endpoint& endpoint, const std::filesystem::path& dir,
                    const std::string& subdir, bool force, const std::atomic<bool>& interrupted);

}  // namespace k6apm::delivery
