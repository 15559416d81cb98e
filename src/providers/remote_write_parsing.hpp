// Bodies of either version as messages.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "providers/remote_write.pb.h"
#include "providers/remote_write_2.pb.h"

namespace k6apm::providers {

using ParsedRequest = std::variant<remote_write::WriteRequest, remote_write_2::Request>;

/// What is in a snappy block. Throws std::runtime_error where the body is none, or larger than 64 MiB
/// uncompressed.
std::string uncompressed(std::string_view body);

/// Throws std::runtime_error where the body is no snappy block, no request of either version, or larger than
/// 64 MiB uncompressed.
ParsedRequest parsed_remote_write(std::string_view body);

/// The text at a ref of a request. Throws std::runtime_error where there is none.
const std::string& symbol_at(const remote_write_2::Request& request, std::uint32_t ref);

/// Throws std::runtime_error where the last of a series' labels has no value.
void check_labels(const remote_write_2::TimeSeries& series);

}  // namespace k6apm::providers
