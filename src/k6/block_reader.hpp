// Cuts the inputs into blocks of whole lines or rows, one after the other, for any number of reading threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "k6/byte_source.hpp"
#include "k6/layout.hpp"

namespace k6apm::k6 {

/// What a block holds: whole lines, a piece of a line that is too long to be read as one, or whole fields of
/// a partial result.
enum class BlockKind { lines, overlong_begin, overlong_rest, fields };

/// A piece of one input. The buffer is reused from block to block; behind the text are k_padding readable
/// bytes.
struct Block {
  /// No line or row of k6 comes near; what is longer is not read as one, so that memory stays bounded. Bytes,
  /// without the newline.
  static constexpr std::size_t k_longest_line = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t k_padding = 64;  ///< what simdjson may read beyond the end

  std::string_view text{};     ///< ends with a newline, but for a last line without one
  std::uint32_t file = 0;      ///< which input, from 0
  std::uint64_t offset = 0;    ///< of the text in the inflated input
  std::uint64_t sequence = 0;  ///< which block of all inputs, from 0
  BlockKind kind = BlockKind::lines;
  const CsvColumns* columns = nullptr;  ///< of rows; null for lines of JSON. Valid as long as the BlockReader
  std::vector<char> buffer{};
  std::size_t lead = 0;  ///< bytes of the buffer in front of the text
  bool unread = false;   ///< what the text says has still to be read

  char* bytes() { return buffer.data() + lead; }
};

/// What was found out about one input while reading it.
struct InputState {
  std::string path{};
  Compression compression = Compression::none;
  std::uint64_t bytes = 0;  ///< as on disk
  std::uint64_t size = 0;   ///< of a regular file on disk, else 0
  std::string damage{};     ///< what is wrong with the compressed data or the partial result, or empty
  bool truncated = false;   ///< it ends in the middle of the compressed data
  std::string head{};       ///< the first bytes of the content, at most 512
  Format format = Format::json;
  std::uint64_t content_hash = 0;             ///< of the first 64 KiB of content, whatever the compression
  std::optional<std::uint64_t> whole_hash{};  ///< of all content; see `hash_all` of BlockReader
};

/// What to do about inputs with the same content, and the advice to the person.
inline constexpr auto* k_duplicates_hint =
    "each file is one part of the run: name it once, or count it twice with --allow-duplicates";

/// Reads the inputs in their order. next() may be called from several threads at once; everything else before
/// the first or after the last call.
class BlockReader {
 public:
  /// Opens every input. Throws Error(ExitStatus::input) where one cannot be opened, Error(ExitStatus::usage)
  /// where one is given twice, which `allow_duplicates` allows for files. Blocks are about `block_bytes` long
  /// (at least 1), longer where a line is. `interrupt` as for ByteSource. Where the inputs are read more than
  /// once, there is a `kept` for each. `hash_all`: InputState::whole_hash is wanted. Without it, it is there
  /// where two of several inputs could have the same content.
  BlockReader(const std::vector<std::string>& paths, std::size_t block_bytes,
              const std::atomic<bool>* interrupt = nullptr, std::span<KeptInput> kept = {},
              bool allow_duplicates = false, bool hash_all = false);
  ~BlockReader();

  /// Fills the next block; false when the inputs are read to their end, or `stop` was called. Throws
  /// Error(ExitStatus::usage) where an input ends that has the content of one before, unless that is allowed.
  bool next(Block& block);

  /// Lets every further next() return false.
  void stop();

  const std::vector<InputState>& inputs() const { return m_inputs; }

  /// Bytes read so far and in all (0 where a pipe is among the inputs); for a progress line, from any thread.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const { return m_bytes_total; }

 private:
  struct Hash;

  bool read_on(Block& block, std::unique_lock<std::mutex>& lock);
  bool take_ready(Block& block);
  bool fill_next(Block& block, bool shared);
  bool claim(Block& block);
  void place(Block& block, std::size_t bytes);
  void read_claimed(Block& block) const;
  bool fill(Block& block);
  bool read_up_to(Block& block, std::size_t& used, std::size_t wanted);
  std::size_t find_cut(Block& block, std::size_t& used);
  std::size_t read_overlong(Block& block, std::size_t& used);
  void finish_input();
  bool may_have_copies() const;
  void refuse_second_copy(const InputState& input) const;

  std::size_t m_block_bytes;
  std::vector<InputState> m_inputs{};
  std::vector<std::unique_ptr<ByteSource>> m_sources{};
  std::uint64_t m_bytes_total = 0;

  // Shared by the threads:
  std::mutex m_mutex{};
  std::condition_variable m_changed{};
  bool m_stopped = false;
  bool m_ended = false;    ///< the inputs are read to their end
  bool m_reading = false;  ///< a thread is; what stands below is its alone
  bool m_shared = false;   ///< by several threads: one had to wait
  std::size_t m_waiting = 0;
  std::deque<Block> m_ready{};   ///< inflated ahead
  std::vector<Block> m_spare{};  ///< their buffers are used again

  std::size_t m_current = 0;
  std::string m_rest{};        ///< the begun line behind the last block
  bool m_in_overlong = false;  ///< the rest of a line that was given up
  std::list<CsvColumns> m_columns{};
  Layout m_layout;
  bool m_allow_duplicates;
  bool m_hash_all;
  std::uint64_t m_offset = 0;  ///< of the next block in the current input
  std::uint64_t m_sequence = 0;
  std::unique_ptr<Hash> m_hash;
};

}  // namespace k6apm::k6
