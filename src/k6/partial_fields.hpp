// The outermost fields of a partial result (partial_result.proto) as bytes: where it may be cut into blocks,
// and whether all of it is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace k6apm::k6 {

/// What every partial result begins with: key and length of the field, then its text.
inline constexpr std::string_view k_partial_magic = "\x0a\x14k6apm partial result";

/// Number of the field with the checksum; its bytes are the last nine of a partial result.
inline constexpr unsigned k_checksum_field = 15;

struct PartialField {
  unsigned number = 0;
  std::uint64_t value = 0;   ///< of a number
  std::string_view bytes{};  ///< of a text or a message
};

enum class FieldState { whole, incomplete, wrong };

/// Takes the field that stands at the front of `text` away. One of more than `longest` bytes is wrong.
FieldState take_field(std::string_view& text, std::size_t longest, PartialField& field);

/// Follows one partial result from its beginning. For one thread.
class PartialFields {
 public:
  /// What is longer than `longest` bytes is no field.
  explicit PartialFields(std::size_t longest);
  PartialFields(PartialFields&&) noexcept;
  PartialFields& operator=(PartialFields&&) noexcept;
  ~PartialFields();

  /// How many bytes of `text` are whole fields, 0 where more is needed, as Layout::cut(). Damaged ones are
  /// passed through to the end.
  std::size_t cut(std::string_view text, bool ended);

  /// What is wrong with all that was cut, as in "is damaged: its checksum is wrong"; empty where all is
  /// there.
  std::string damage() const;

 private:
  enum class State { open, sealed, wrong_field, wrong_checksum, continued };
  struct FreeHash {
    void operator()(XXH3_state_s* hash) const noexcept;
  };

  std::size_t m_longest;
  std::unique_ptr<XXH3_state_s, FreeHash> m_hash;
  State m_state = State::open;
};

}  // namespace k6apm::k6
