// Merely inflates a file, gzip with ISA-L or zstd with libzstd, told by its first byte, and throws the bytes
// away.
//
//     inflate_loop FILE
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr std::size_t k_block = std::size_t{256} << 10;

struct File {
  int descriptor;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(k_block);

  std::size_t next() {
    const ssize_t got = read(descriptor, bytes.data(), bytes.size());
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }
};

/// How many bytes come out; 0 where the data are broken.
std::uint64_t inflate_gzip(File& file, std::size_t held) {
  std::vector<std::uint8_t> out(k_block);
  inflate_state state;
  isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  std::uint64_t total = 0;
  for (; held > 0; held = file.next()) {
    state.next_in = file.bytes.data();
    state.avail_in = static_cast<std::uint32_t>(held);
    do {
      state.next_out = out.data();
      state.avail_out = static_cast<std::uint32_t>(out.size());
      if (isal_inflate(&state) != ISAL_DECOMP_OK) return 0;
      total += out.size() - state.avail_out;
    } while (state.avail_out == 0);
  }
  return state.block_state == ISAL_BLOCK_FINISH ? total : 0;
}

std::uint64_t inflate_zstd(File& file, std::size_t held) {
  std::vector<std::uint8_t> out(ZSTD_DStreamOutSize());
  ZSTD_DStream* stream = ZSTD_createDStream();
  std::uint64_t total = 0;
  std::size_t left = 1;
  for (; held > 0; held = file.next()) {
    ZSTD_inBuffer input{file.bytes.data(), held, 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    do {
      output.pos = 0;
      left = ZSTD_decompressStream(stream, &output, &input);
      if (ZSTD_isError(left)) return 0;
      total += output.pos;
    } while (input.pos < input.size || output.pos == output.size);
  }
  ZSTD_freeDStream(stream);
  return left == 0 ? total : 0;
}

}  // namespace

int main(int argc, char** argv) {
  File file{argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1};
  const std::size_t first = file.descriptor < 0 ? 0 : file.next();
  if (first == 0) {
    std::fprintf(stderr, "usage: inflate_loop FILE\n");
    return 2;
  }
  const std::uint64_t total = file.bytes[0] == 0x1f ? inflate_gzip(file, first) : inflate_zstd(file, first);
  std::printf("%llu\n", static_cast<unsigned long long>(total));
  return total > 0 ? 0 : 1;
}
