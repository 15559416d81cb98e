#include "text/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace k6apm::text {
namespace {

/// Longer words are no misspelt names.
constexpr std::size_t k_longest_word = 64;
constexpr std::size_t k_most_wrong = 2;
constexpr std::size_t k_letters_for_each = 3;

/// What of `word` counts.
std::string folded(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '-' || c == '_' || c == ' ') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// Of folded words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last.back();
}

}  // namespace

std::size_t spelling_distance(std::string_view a, std::string_view b) {
  return distance(folded(a), folded(b));
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > k_longest_word) return {};
  const std::string wrong = folded(word);
  if (wrong.empty()) return {};
  std::string_view best;
  std::size_t limit = std::clamp<std::size_t>(wrong.size() / k_letters_for_each, 1, k_most_wrong) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > 2 * k_longest_word || candidate == word) continue;
    const std::string right = folded(candidate);
    const std::size_t letters = distance(wrong, right);
    if (letters >= limit || letters >= right.size()) continue;
    best = candidate;
    limit = letters;
  }
  return std::string(best);
}

std::string did_you_mean(std::string_view word) {
  if (word.empty()) return {};
  return std::string("did you mean ").append(word).append("?");
}

}  // namespace k6apm::text
