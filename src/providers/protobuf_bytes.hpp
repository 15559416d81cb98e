// Pieces of protobuf messages by hand, for requests that are made millions of times a run. All field numbers
// are below 16, so that a key is one byte (protobuf.dev, "Encoding").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace k6apm::providers {

using Wire = google::protobuf::internal::WireFormatLite;

/// The byte before a field.
constexpr char field_key(int field, Wire::WireType type) { return static_cast<char>(field << 3 | type); }

inline void append_varint(std::string& out, std::uint64_t value) {
  std::array<std::uint8_t, 10> bytes{};  // a varint of 64 bits is at most 10 bytes
  std::uint8_t* end = google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(value, bytes.data());
  out.append(bytes.data(), end);
}

/// A field that is a text, or a message that is encoded already.
inline void append_bytes(std::string& out, char key, std::string_view bytes) {
  out += key;
  append_varint(out, bytes.size());
  out += bytes;
}

/// Takes what append_bytes() wrote from the front of `in`; empty, and nothing changes, where another field
/// stands there.
inline std::string_view take_bytes(std::string_view& in, char key) {
  if (!in.starts_with(key)) return {};
  in.remove_prefix(1);
  std::size_t size = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    size |= static_cast<std::size_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) break;
  }
  const std::string_view bytes = in.substr(0, size);
  in.remove_prefix(size);
  return bytes;
}

/// A field that is a number; proto3 leaves zeros out.
inline void append_number(std::string& out, char key, std::uint64_t value) {
  if (value == 0) return;
  out += key;
  append_varint(out, value);
}

/// A field that is a double, by its bits; likewise.
inline void append_double(std::string& out, char key, std::uint64_t bits) {
  if (bits == 0) return;
  std::array<std::uint8_t, 8> bytes{};
  google::protobuf::io::CodedOutputStream::WriteLittleEndian64ToArray(bits, bytes.data());
  out += key;
  out.append(bytes.begin(), bytes.end());
}

}  // namespace k6apm::providers
