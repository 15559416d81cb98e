// Requests of Prometheus remote write 2.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "providers/write_request.hpp"

namespace k6apm::providers {

/// The texts of one request, each once, the empty one first; a ref is a position. Encoded as they come.
class Symbols {
 public:
  Symbols() { ref_of({}); }

  std::uint32_t ref_of(std::string_view text);
  std::size_t count() const { return m_texts.size(); }
  /// Forgets those from `count` on.
  void cut(std::size_t count);
  const std::string& encoded() const { return m_encoded; }

 private:
  struct Symbol {
    std::string text{};
    std::size_t begin = 0;  ///< in `m_encoded`
  };

  std::deque<Symbol> m_texts{};  ///< which never moves: the keys below point into it
  std::unordered_map<std::string_view, std::uint32_t> m_refs{};
  std::string m_encoded{};
};

/// As WriteRequest1, in version 2.0: metadata goes with every series, and the start with every value of a
/// running total. A stale marker is no value and has none.
class WriteRequest2 {
 public:
  bool add(const SeriesBlock& block, std::size_t max_bytes);
  std::size_t bytes() const { return m_symbols.encoded().size() + m_series.size(); }
  const std::string& take();

 private:
  void encode(const SeriesBlock& block);

  Symbols m_symbols{};
  std::string m_series{};
  std::string m_block{};  ///< the series at hand, and what stands in it; kept for their memory
  std::string m_part{};
  std::string m_request{};  ///< the last one
};

}  // namespace k6apm::providers
