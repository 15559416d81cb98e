// Encoding: protobuf.dev, "Encoding". A field is a key (number * 8 + kind), then a number of at most ten
// bytes, eight bytes, or a length and that many bytes; we write no others.
#include "k6/partial_fields.hpp"

#include <xxhash.h>

#include <cstring>

namespace k6apm::k6 {
namespace {

constexpr unsigned k_number = 0;
constexpr unsigned k_eight_bytes = 1;
constexpr unsigned k_with_length = 2;
constexpr std::size_t k_longest_number = 10;

FieldState take_number(std::string_view& text, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < k_longest_number; ++i) {
    if (i == text.size()) return FieldState::incomplete;
    const auto byte = static_cast<unsigned char>(text[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * i);
    if (byte < 0x80U) {
      text.remove_prefix(i + 1);
      return FieldState::whole;
    }
  }
  return FieldState::wrong;
}

FieldState take_eight_bytes(std::string_view& text, std::uint64_t& value) {
  if (text.size() < sizeof value) return FieldState::incomplete;
  value = 0;
  for (std::size_t i = sizeof value; i-- > 0;) value = value << 8U | static_cast<unsigned char>(text[i]);
  text.remove_prefix(sizeof value);
  return FieldState::whole;
}

FieldState take_bytes(std::string_view& text, std::size_t longest, std::string_view& bytes) {
  std::uint64_t length = 0;
  if (const FieldState state = take_number(text, length); state != FieldState::whole) return state;
  if (length > longest) return FieldState::wrong;
  if (length > text.size()) return FieldState::incomplete;
  bytes = text.substr(0, length);
  text.remove_prefix(length);
  return FieldState::whole;
}

}  // namespace

FieldState take_field(std::string_view& text, std::size_t longest, PartialField& field) {
  std::string_view rest = text;
  std::uint64_t key = 0;
  FieldState state = take_number(rest, key);
  if (state != FieldState::whole) return state;
  const auto kind = static_cast<unsigned>(key & 7U);
  if (key >> 3U == 0 || key >> 3U >= 1U << 29U) return FieldState::wrong;  // protobuf's largest number
  field = {static_cast<unsigned>(key >> 3U)};
  state = kind == k_number        ? take_number(rest, field.value)
          : kind == k_eight_bytes ? take_eight_bytes(rest, field.value)
          : kind == k_with_length ? take_bytes(rest, longest, field.bytes)
                                  : FieldState::wrong;
  if (state == FieldState::whole) text = rest;
  return state;
}

void PartialFields::FreeHash::operator()(XXH3_state_s* hash) const noexcept { XXH3_freeState(hash); }

PartialFields::PartialFields(std::size_t longest) : m_longest(longest), m_hash(XXH3_createState()) {
  XXH3_64bits_reset(m_hash.get());
}
PartialFields::PartialFields(PartialFields&&) noexcept = default;
PartialFields& PartialFields::operator=(PartialFields&&) noexcept = default;
PartialFields::~PartialFields() = default;

std::size_t PartialFields::cut(std::string_view text, bool ended) {
  std::string_view rest = text;
  while (!rest.empty() && m_state == State::open) {
    const std::string_view before = rest;
    PartialField field;
    const FieldState state = take_field(rest, m_longest, field);
    if (state == FieldState::incomplete) {
      // At the end it is cut off, which it stays open for.
      return ended ? text.size() : text.size() - rest.size();
    }
    if (state == FieldState::wrong) {
      m_state = State::wrong_field;
    } else if (field.number == k_checksum_field) {
      m_state = field.value == XXH3_64bits_digest(m_hash.get()) ? State::sealed : State::wrong_checksum;
    } else {
      XXH3_64bits_update(m_hash.get(), before.data(), before.size() - rest.size());
    }
  }
  if (!rest.empty() && m_state == State::sealed) m_state = State::continued;
  return text.size();
}

std::string PartialFields::damage() const {
  switch (m_state) {
    case State::open:
      return "its end is missing";
    case State::sealed:
      return {};
    case State::wrong_field:
      return "what stands in it cannot be";
    case State::wrong_checksum:
      return "its checksum is wrong";
    case State::continued:
      return "something follows its end";
  }
  return {};
}

}  // namespace k6apm::k6
