// How the usual lines of a metric begin, compared with text of a block without a call or a branch: nearly
// every line is compared with one or two of these.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "k6/block_reader.hpp"

namespace k6apm::k6 {

class LineBegin {
 public:
  LineBegin() = default;
  explicit LineBegin(std::string text) : m_text(std::move(text)) {
    const std::size_t count = std::min(m_text.size(), k_bytes);
    std::memcpy(m_head.data(), m_text.data(), count);
    std::memset(m_mask.data(), 0xff, count);
  }

  std::size_t size() const { return m_text.size(); }

  /// Whether `text` begins so. Block::k_padding bytes behind it are readable.
  bool begins(std::string_view text) const {
    Words difference = {};
    for (std::size_t i = 0; i < k_words; ++i) {
      Words words;
      std::memcpy(&words, text.data() + i * sizeof(Words), sizeof(Words));
      difference |= (words ^ m_head[i]) & m_mask[i];
    }
    return (difference[0] | difference[1]) == 0 && text.size() >= m_text.size() &&
           (m_text.size() <= k_bytes || text.starts_with(m_text));
  }

 private:
  using Words [[gnu::vector_size(16)]] = std::uint64_t;
  static constexpr std::size_t k_words = 4;
  static constexpr std::size_t k_bytes = k_words * sizeof(Words);
  static_assert(k_bytes <= Block::k_padding);

  std::array<Words, k_words> m_head{};
  std::array<Words, k_words> m_mask{};  ///< all bits of the bytes that count
  std::string m_text{};
};

}  // namespace k6apm::k6
