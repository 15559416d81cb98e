// What surprises: a 2.0 body parses as a 1.0 request without series, and the other way round, for all fields
// of the one are unknown to the other; so a request of nothing but unknown fields is of the other version, or
// none.
#include "providers/remote_write_parsing.hpp"

#include <cstddef>
#include <stdexcept>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <snappy.h>

namespace k6apm::providers {
namespace {

namespace pb = ::k6apm::remote_write;
namespace pb2 = ::k6apm::remote_write_2;

/// Bytes of a request after decompression. Ours have at most 1 MiB; VictoriaMetrics and Prometheus 3.12
/// refuse more than 32 MiB, so twice that holds everything that any receiver takes.
constexpr std::size_t k_max_decoded_bytes = std::size_t{64} * 1024 * 1024;

bool parse(const std::string& request, pb::WriteRequest& message) {
  const google::protobuf::LogSilencer silencer;  // a false says it
  if (!message.ParseFromString(request)) return false;
  if (!message.timeseries().empty()) return true;
  pb::WriteRequest unknown(message);
  unknown.clear_metadata();
  return unknown.ByteSizeLong() == 0;
}

/// The symbols are obligatory.
bool parse(const std::string& request, pb2::Request& message) {
  const google::protobuf::LogSilencer silencer;
  return message.ParseFromString(request) && !message.symbols().empty();
}

}  // namespace

std::string uncompressed(std::string_view body) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(body.data(), body.size(), &size)) {
    throw std::runtime_error("not a snappy block");
  }
  if (size > k_max_decoded_bytes) {
    throw std::runtime_error(fmt::format("not a snappy block, or larger than {} MiB uncompressed",
                                         k_max_decoded_bytes / 1024 / 1024));
  }
  std::string request;
  if (!snappy::Uncompress(body.data(), body.size(), &request)) throw std::runtime_error("not a snappy block");
  return request;
}

ParsedRequest parsed_remote_write(std::string_view body) {
  const std::string request = uncompressed(body);
  pb::WriteRequest message;
  if (parse(request, message)) return message;
  pb2::Request message_2;
  if (!parse(request, message_2)) throw std::runtime_error("not a remote write request");
  return message_2;
}

const std::string& symbol_at(const pb2::Request& request, std::uint32_t ref) {
  static const std::string none;
  if (ref == 0) return none;
  if (ref >= static_cast<std::uint32_t>(request.symbols_size()))
    throw std::runtime_error("not a remote write 2.0 request: a ref beyond the symbols");
  return request.symbols(static_cast<int>(ref));
}

void check_labels(const pb2::TimeSeries& series) {
  if (series.labels_refs_size() % 2 != 0)
    throw std::runtime_error("not a remote write 2.0 request: a label without a value");
}

}  // namespace k6apm::providers
