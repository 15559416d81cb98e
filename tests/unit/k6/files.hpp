// Files that a test writes and reads back, plain and compressed.
#pragma once

#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../scratch.hpp"
#include "k6/block_reader.hpp"
#include "k6/byte_source.hpp"

namespace k6apm::k6::test {

using k6apm::test::Scratch;

/// One gzip member.
inline std::string gzip(std::string text) {
  std::string out(text.size() + text.size() / 8 + 4096, '\0');
  isal_zstream stream{};
  isal_deflate_stateless_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(text.data());
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  if (isal_deflate_stateless(&stream) != COMP_OK) throw std::runtime_error("cannot compress");
  out.resize(out.size() - stream.avail_out);
  return out;
}

/// One zstd frame, with a checksum as the program `zstd` writes it.
inline std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  const std::size_t size = ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size());
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size) != 0U) throw std::runtime_error("cannot compress");
  out.resize(size);
  return out;
}

/// What a source returns when it is asked for `at_once` bytes again and again, and what it says in the end.
struct Content {
  std::string text{};
  std::string damage{};
  bool truncated = false;
  Compression compression = Compression::none;
  std::uint64_t bytes = 0;
};

inline Content read_all(ByteSource& source, std::size_t at_once) {
  Content content;
  std::vector<char> buffer(at_once);
  while (const std::size_t count = source.read(buffer.data(), buffer.size()))
    content.text.append(buffer.data(), count);
  content.damage = source.damage();
  content.truncated = source.truncated();
  content.compression = source.compression();
  content.bytes = source.bytes();
  return content;
}

inline Content read_all(const std::string& path, std::size_t at_once = 4096) {
  ByteSource source(path);
  return read_all(source, at_once);
}

/// A file of testdata, inflated.
inline std::string testdata(const std::string& name) {
  return read_all(K6APM_SOURCE_DIR "/testdata/" + name).text;
}

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t stop = std::min(text.find('\n', at), text.size());
    lines.emplace_back(text.substr(at, stop - at));
    at = stop + 1;
  }
  return lines;
}

}  // namespace k6apm::k6::test
