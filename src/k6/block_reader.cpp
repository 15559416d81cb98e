// The threads that parse pull their blocks themselves: whoever is here reads and inflates under the lock
// while the others parse. There is no queue, so nothing can grow, and a block is parsed by the core whose
// cache holds it.
#include "k6/block_reader.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "error.hpp"

namespace k6apm::k6 {
namespace {

constexpr std::size_t k_hashed_bytes = std::size_t{64} * 1024;
constexpr std::size_t k_head_bytes = 256;

/// How many bytes there are up to and with the last newline in [from, to); 0 where there is none.
std::size_t through_last_newline(const char* begin, std::size_t from, std::size_t to) {
  const void* newline = memrchr(begin + from, '\n', to - from);
  return newline == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(newline) - begin) + 1;
}

}  // namespace

struct BlockReader::Hash {
  XXH3_state_t* state = XXH3_createState();
  std::size_t hashed = 0;

  Hash() { XXH3_64bits_reset(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() { XXH3_freeState(state); }

  void take(const char* bytes, std::size_t count) {
    count = std::min(count, k_hashed_bytes - hashed);
    if (count > 0) XXH3_64bits_update(state, bytes, count);
    hashed += count;
  }
};

BlockReader::BlockReader(const std::vector<std::string>& paths, std::size_t block_bytes,
                         const std::atomic<bool>* interrupt)
    : m_block_bytes(std::max<std::size_t>(block_bytes, 1)), m_hash(std::make_unique<Hash>()) {
  bool pipe = false;
  for (const std::string& path : paths) {
    auto source = std::make_unique<ByteSource>(path, interrupt);
    const FileIdentity& identity = source->identity();
    for (const auto& other : m_sources) {
      const FileIdentity& seen = other->identity();
      if (identity.device == seen.device && identity.inode == seen.inode &&
          (identity.regular || path == "-")) {
        throw Error(ExitStatus::usage, "is given twice", "each file is one part of the run: name it once",
                    {path});
      }
    }
    InputState state;
    state.path = path;
    state.size = identity.regular ? identity.size : 0;
    m_bytes_total += state.size;
    pipe = pipe || !identity.regular;
    m_inputs.push_back(std::move(state));
    m_sources.push_back(std::move(source));
  }
  if (pipe) m_bytes_total = 0;
}

BlockReader::~BlockReader() = default;

std::uint64_t BlockReader::bytes_read() const {
  std::uint64_t bytes = 0;
  for (const auto& source : m_sources) bytes += source->bytes();
  return bytes;
}

bool BlockReader::next(Block& block) {
  const std::scoped_lock lock(m_mutex);
  try {
    while (!m_stopped.load() && m_current < m_sources.size()) {
      if (fill(block)) return true;
      finish_input();
    }
    return false;
  } catch (...) {
    m_stopped.store(true);
    throw;
  }
}

void BlockReader::finish_input() {
  InputState& input = m_inputs[m_current];
  ByteSource& source = *m_sources[m_current];
  input.compression = source.compression();
  input.bytes = source.bytes();
  input.damage = source.damage();
  input.truncated = source.truncated();
  input.content_hash = XXH3_64bits_digest(m_hash->state);
  m_hash = std::make_unique<Hash>();
  ++m_current;
  m_offset = 0;
  m_in_overlong = false;
}

/// Reads more bytes behind the `used` ones in the buffer; false at the end of the input.
bool BlockReader::read_more(Block& block, std::size_t& used) {
  const std::size_t room = block.buffer.size() - Block::k_padding;
  if (used == room)
    block.buffer.resize(std::min(room * 2, Block::k_longest_line + m_block_bytes) + Block::k_padding);
  const std::size_t count =
      m_sources[m_current]->read(block.buffer.data() + used, block.buffer.size() - Block::k_padding - used);
  if (m_hash->hashed < k_hashed_bytes) m_hash->take(block.buffer.data() + used, count);
  std::string& head = m_inputs[m_current].head;
  if (head.size() < k_head_bytes)
    head.append(block.buffer.data() + used, std::min(count, k_head_bytes - head.size()));
  used += count;
  return count > 0;
}

bool BlockReader::fill(Block& block) {
  block.buffer.resize(std::max(block.buffer.size(), m_block_bytes + m_rest.size() + Block::k_padding));
  std::memcpy(block.buffer.data(), m_rest.data(), m_rest.size());
  std::size_t used = m_rest.size();
  std::size_t whole = through_last_newline(block.buffer.data(), 0, used);
  const std::size_t wanted = used + m_block_bytes;  // a pipe gives less at a time
  m_rest.clear();
  while (used < wanted || (whole == 0 && used <= Block::k_longest_line)) {
    const std::size_t searched = used;
    if (!read_more(block, used)) {
      if (used == 0) return false;
      whole = used;
      break;
    }
    whole = std::max(whole, through_last_newline(block.buffer.data(), searched, used));
  }
  const bool too_long = whole == 0;
  if (too_long) whole = used;
  block.kind = m_in_overlong ? BlockKind::overlong_rest
               : too_long    ? BlockKind::overlong_begin
                             : BlockKind::lines;
  if (m_in_overlong) {
    // Up to the first newline this is still the line that was given up.
    const void* newline = std::memchr(block.buffer.data(), '\n', whole);
    if (newline != nullptr)
      whole = static_cast<std::size_t>(static_cast<const char*>(newline) - block.buffer.data()) + 1;
  }
  block.text = {block.buffer.data(), whole};
  m_in_overlong = block.kind != BlockKind::lines && block.text.back() != '\n';
  m_rest.assign(block.buffer.data() + whole, used - whole);
  block.file = static_cast<std::uint32_t>(m_current);
  block.offset = m_offset;
  block.sequence = m_sequence++;
  m_offset += whole;
  return true;
}

}  // namespace k6apm::k6
