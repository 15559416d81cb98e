// What is known by a text of some hundred bytes, where few texts come again and again: the raw text of tags.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace k6apm::k6 {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};

/// Values stay where they are until clear(). For one thread.
template <class Value>
class TextTable {
 public:
  /// Null where there is none.
  Value* find(std::string_view text) {
    if (Value* const value = find_recent(text)) return value;
    const auto found = m_entries.find(text);
    if (found == m_entries.end()) return nullptr;
    m_recent[place_of(text)] = &*found;
    return &found->second;
  }

  /// The same, but null as well where the text was not found for a while. Takes a fraction of the time.
  Value* find_recent(std::string_view text) {
    Entry* const entry = m_recent[place_of(text)];
    return entry != nullptr && entry->first == text ? &entry->second : nullptr;
  }

  /// The value of `text`, made where there is none, and whether it was.
  std::pair<Value&, bool> make(std::string_view text) {
    const auto [entry, made] = m_entries.try_emplace(std::string(text));
    return {entry->second, made};
  }

  void clear() {
    m_entries.clear();
    m_recent.fill(nullptr);
  }

 private:
  using Entry = std::pair<const std::string, Value>;
  static constexpr std::size_t k_places = 256;  ///< a power of two

  /// By the length and eight pieces, evenly spread. Texts with the same place only push each other out.
  static std::size_t place_of(std::string_view text) {
    using Piece = std::uint64_t;
    // Odd, and their bits as good as random: the fraction of the golden ratio, times odd numbers.
    constexpr Piece k_factor = 0x9e3779b97f4a7c15;
    constexpr std::size_t k_pieces = 8;
    Piece sum = text.size() * k_factor;
    if (text.size() >= sizeof(Piece)) {
      const std::size_t step = (text.size() - sizeof(Piece)) / (k_pieces - 1);
      for (std::size_t i = 0; i < k_pieces; ++i) {
        Piece piece = 0;
        std::memcpy(&piece, text.data() + i * step, sizeof(piece));
        sum += (piece ^ (piece >> 32U)) * (k_factor * (2 * i + 3));
      }
    }
    constexpr unsigned k_upper_bits = 56;
    static_assert(std::size_t{1} << (64 - k_upper_bits) == k_places);
    return sum >> k_upper_bits;
  }

  std::unordered_map<std::string, Value, TextHash, std::equal_to<>> m_entries{};
  std::array<Entry*, k_places> m_recent{};
};

}  // namespace k6apm::k6
