// The threads that parse pull their blocks themselves: one of them reads while the others parse. It parses
// its block itself, while the next one reads: so a block is parsed by the core whose cache holds it. What
// goes from core to core is the state of inflating, some 50 KB of gzip, hence longer blocks there. That of
// zstd is large and stays where it is: who inflates goes on, some blocks ahead of the others, and parses only
// when these do not keep up. Whoever waits is woken for several blocks at once, since that costs a good part
// of what a block does. Of a plain file of JSON nobody has to wait for a reader: any newline there ends a
// line, so in its turn a thread only looks where the next block ends, and reads it after its turn.
#include "k6/block_reader.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>

#include "error.hpp"

namespace k6apm::k6 {
namespace {

constexpr std::size_t k_hashed_bytes = std::size_t{64} * 1024;
constexpr std::size_t k_head_bytes = 512;
constexpr std::size_t k_gzip_factor = 2;  ///< how much longer its blocks are
constexpr std::size_t k_most_ready = 4;
constexpr std::size_t k_enough_ready = k_most_ready / 2;  ///< to wake somebody, or not to read on at once
constexpr std::size_t k_cache_line = 64;

/// For `bytes` and what may be read behind them.
void make_room(Block& block, std::size_t bytes) {
  const std::size_t room = block.lead + bytes + Block::k_padding;
  if (block.buffer.size() < room) block.buffer.resize(room);
}

/// Gives what has `offset` in its input the same place in a cache line as in the file, where that is plain:
/// the kernel copies a tenth faster then.
void align(Block& block, std::uint64_t offset) {
  block.lead = 0;
  make_room(block, k_cache_line);
  block.lead = (offset - reinterpret_cast<std::uintptr_t>(block.buffer.data())) % k_cache_line;
}

}  // namespace

/// Of the content of one input.
struct BlockReader::Hash {
  XXH3_state_t* state = XXH3_createState();
  std::size_t hashed = 0;
  std::uint64_t of_head = 0;
  bool all;  ///< whether to go on behind the head

  explicit Hash(bool go_on) : all(go_on) { XXH3_64bits_reset(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  ~Hash() { XXH3_freeState(state); }

  void take(const char* bytes, std::size_t count) {
    const std::size_t of_the_head = std::min(count, k_hashed_bytes - std::min(hashed, k_hashed_bytes));
    if (of_the_head > 0) {
      XXH3_64bits_update(state, bytes, of_the_head);
      hashed += of_the_head;
      of_head = XXH3_64bits_digest(state);
    }
    if (all && count > of_the_head) XXH3_64bits_update(state, bytes + of_the_head, count - of_the_head);
  }
  /// Whether all that is wanted was taken, wherever the input ends.
  bool has_enough() const { return !all && hashed == k_hashed_bytes; }
  std::uint64_t of_all() const { return XXH3_64bits_digest(state); }
};

BlockReader::BlockReader(const std::vector<std::string>& paths, std::size_t block_bytes,
                         const std::atomic<bool>* interrupt, std::span<KeptInput> kept, bool allow_duplicates,
                         bool hash_all)
    : m_block_bytes(std::max<std::size_t>(block_bytes, 1)),
      m_layout(m_columns, Block::k_longest_line),
      m_allow_duplicates(allow_duplicates),
      m_hash_all(hash_all) {
  bool pipe = false;
  for (const std::string& path : paths) {
    KeptInput* const of_source = kept.empty() ? nullptr : &kept[m_sources.size()];
    auto source = std::make_unique<ByteSource>(path, interrupt, of_source);
    const FileIdentity& identity = source->identity();
    for (const auto& other : m_sources) {
      const FileIdentity& seen = other->identity();
      const bool same = identity.device == seen.device && identity.inode == seen.inode;
      if (same && path == "-")
        throw Error(ExitStatus::usage, "is given twice", "it can be read once", {path});
      if (same && identity.regular && !allow_duplicates)
        throw Error(ExitStatus::usage, "is given twice", k_duplicates_hint, {path});
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
  m_hash_all = m_hash_all || (!allow_duplicates && may_have_copies());
  m_hash = std::make_unique<Hash>(m_hash_all);
}

BlockReader::~BlockReader() = default;

/// Files of different sizes have different content, unless one is packed, or holds what is known of others.
bool BlockReader::may_have_copies() const {
  std::set<std::uint64_t> sizes;
  return m_sources.size() > 1 &&
         std::any_of(m_sources.begin(), m_sources.end(), [&sizes](const auto& source) {
           if (!source->is_whole_file()) return true;
           const std::string begin = source->first_bytes(k_partial_magic.size());
           return told_by(begin) != Compression::none || begin == k_partial_magic ||
                  !sizes.insert(source->identity().size).second;
         });
}

std::uint64_t BlockReader::bytes_read() const {
  std::uint64_t bytes = 0;
  for (const auto& source : m_sources) bytes += source->bytes();
  return bytes;
}

void BlockReader::stop() {
  const std::scoped_lock lock(m_mutex);
  m_stopped = true;
  m_changed.notify_all();
}

bool BlockReader::next(Block& block) {
  std::unique_lock lock(m_mutex);
  while (!m_stopped) {
    if (!m_reading && !m_ended && m_ready.size() < k_enough_ready) return read_on(block, lock);
    if (take_ready(block)) return true;
    if (m_ended) return false;
    m_shared = true;
    ++m_waiting;
    m_changed.wait(lock);
    --m_waiting;
  }
  return false;
}

bool BlockReader::take_ready(Block& block) {
  if (m_ready.empty()) return false;
  std::swap(block, m_ready.front());
  m_spare.push_back(std::move(m_ready.front()));
  m_ready.pop_front();
  return true;
}

/// Reads blocks until there is one for the caller, who holds `lock`.
bool BlockReader::read_on(Block& block, std::unique_lock<std::mutex>& lock) {
  m_reading = true;
  bool filled = true;
  while (true) {
    const bool shared = m_shared;
    lock.unlock();
    try {
      filled = fill_next(block, shared);
    } catch (...) {
      lock.lock();
      m_stopped = true;
      m_changed.notify_all();
      throw;
    }
    lock.lock();
    const bool stays = filled && m_sources[m_current]->compression() == Compression::zstd;
    if (m_stopped || !stays || !m_shared || m_ready.size() == k_most_ready) break;
    if (m_spare.empty()) m_spare.emplace_back();
    m_ready.push_back(std::exchange(block, std::move(m_spare.back())));
    m_spare.pop_back();
    if (m_waiting > 0 && m_ready.size() >= k_enough_ready) m_changed.notify_one();
  }
  m_reading = false;
  m_ended = !filled;
  if (m_ended) {
    m_changed.notify_all();
  } else if (m_waiting > 0) {
    m_changed.notify_one();  // it reads next
  }
  if (!filled) return take_ready(block);
  lock.unlock();
  if (block.unread) read_claimed(block);
  return true;
}

/// The next block of whatever input; false when all are read. Where several threads share the blocks it may
/// be left to the caller to read its text.
bool BlockReader::fill_next(Block& block, bool shared) {
  block.unread = false;
  while (m_current < m_sources.size()) {
    if ((shared && claim(block)) || fill(block)) return true;
    finish_input();
  }
  return false;
}

void BlockReader::finish_input() {
  InputState& input = m_inputs[m_current];
  ByteSource& source = *m_sources[m_current];
  input.compression = source.compression();
  input.bytes = source.bytes();
  input.damage = source.damage();
  input.truncated = source.truncated();
  input.format = m_layout.format();
  if (input.format == Format::partial && input.damage.empty()) input.damage = m_layout.damage();
  input.content_hash = m_hash->of_head;
  if (m_hash_all) input.whole_hash = m_hash->of_all();
  if (!m_allow_duplicates && m_hash_all) refuse_second_copy(input);
  m_hash = std::make_unique<Hash>(m_hash_all);
  m_layout = Layout(m_columns, Block::k_longest_line);
  ++m_current;
  m_offset = 0;
  m_in_overlong = false;
}

/// However the two are compressed.
void BlockReader::refuse_second_copy(const InputState& input) const {
  for (std::size_t other = 0; other < m_current; ++other) {
    if (m_inputs[other].whole_hash != input.whole_hash || m_inputs[other].head != input.head ||
        input.head.empty())
      continue;
    throw Error(ExitStatus::usage, "has the same content as " + m_inputs[other].path, k_duplicates_hint,
                {input.path});
  }
}

/// Reads until `wanted` bytes are in the buffer; false at the end of the input.
bool BlockReader::read_up_to(Block& block, std::size_t& used, std::size_t wanted) {
  make_room(block, wanted);
  while (used < wanted) {  // a pipe gives less at a time
    char* const to = block.bytes() + used;
    const std::size_t count = m_sources[m_current]->read(to, wanted - used);
    if (count == 0) return false;
    m_hash->take(to, count);
    std::string& head = m_inputs[m_current].head;
    if (head.size() < k_head_bytes) head.append(to, std::min(count, k_head_bytes - head.size()));
    used += count;
  }
  return true;
}

/// Reads as much as a block needs: its length, or 0 where a line becomes too long.
std::size_t BlockReader::find_cut(Block& block, std::size_t& used) {
  bool more = true;
  const bool gzip = m_sources[m_current]->compression() == Compression::gzip;
  const std::size_t wanted = m_block_bytes * (gzip ? k_gzip_factor : 1);
  if (used < wanted) more = read_up_to(block, used, used + wanted);
  while (used > 0) {
    const std::size_t cut = m_layout.cut({block.bytes(), used}, !more);
    if (cut > 0 || used > Block::k_longest_line) return cut;
    more = read_up_to(block, used, std::min(used * 2, Block::k_longest_line + m_block_bytes));
  }
  return 0;
}

/// Takes what lies up to the last newline in reach for `block`, without reading it, where that can be done.
bool BlockReader::claim(Block& block) {
  constexpr std::size_t k_reach = 4096;
  ByteSource& source = *m_sources[m_current];
  if (!m_layout.cuts_at_newlines() || m_in_overlong || !m_hash->has_enough() || !source.is_plain_file() ||
      m_block_bytes < k_reach)
    return false;
  std::array<char, k_reach> reach;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const std::size_t before = m_block_bytes - k_reach;
  if (source.read_cached(m_offset + before, reach.data(), k_reach) < k_reach) return false;
  const std::size_t newline = std::string_view(reach.data(), k_reach).rfind('\n');
  if (newline == std::string_view::npos) return false;
  m_rest.clear();  // it is read again
  align(block, m_offset);
  place(block, before + newline + 1);
  block.kind = BlockKind::lines;
  block.columns = nullptr;
  block.unread = true;
  source.go_on_at(m_offset);
  return true;
}

void BlockReader::read_claimed(Block& block) const {
  const std::size_t count = m_sources[block.file]->read_at(block.offset, block.bytes(), block.text.size());
  if (count < block.text.size())
    throw Error(ExitStatus::input, "has become shorter while it was read", "wait until nobody writes to it",
                {shown(m_inputs[block.file].path)});
  block.unread = false;
}

/// The next `bytes` bytes of the input at hand are those of `block`.
void BlockReader::place(Block& block, std::size_t bytes) {
  make_room(block, bytes);
  block.text = {block.bytes(), bytes};
  block.file = static_cast<std::uint32_t>(m_current);
  block.offset = m_offset;
  block.sequence = m_sequence++;
  m_offset += bytes;
}

bool BlockReader::fill(Block& block) {
  align(block, m_offset);
  make_room(block, m_rest.size());
  m_rest.copy(block.bytes(), m_rest.size());
  std::size_t used = m_rest.size();
  m_rest.clear();
  std::size_t whole = m_in_overlong ? read_overlong(block, used) : find_cut(block, used);
  if (used == 0) return false;
  const bool too_long = whole == 0;
  if (too_long) whole = used;
  block.kind = m_in_overlong                          ? BlockKind::overlong_rest
               : too_long                             ? BlockKind::overlong_begin
               : m_layout.format() == Format::partial ? BlockKind::fields
                                                      : BlockKind::lines;
  block.columns = m_layout.columns();
  m_rest.assign(block.bytes() + whole, used - whole);
  place(block, whole);
  const bool overlong = block.kind == BlockKind::overlong_begin || block.kind == BlockKind::overlong_rest;
  m_in_overlong = overlong && block.text.back() != '\n';
  return true;
}

/// The rest of a line that was given up, or a piece of it.
std::size_t BlockReader::read_overlong(Block& block, std::size_t& used) {
  if (used == 0) read_up_to(block, used, m_block_bytes);
  const void* newline = std::memchr(block.bytes(), '\n', used);
  if (newline == nullptr) return used;
  return static_cast<std::size_t>(static_cast<const char*>(newline) - block.bytes()) + 1;
}

}  // namespace k6apm::k6
