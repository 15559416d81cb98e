#include "evaluation/regex.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace k6apm::evaluation {

namespace {

constexpr std::int64_t k_memory = 1 << 20;  // bytes of a compiled expression
constexpr int k_most_groups = 30;

// \A, \Q, \pN and others have a meaning of their own in RE2; so have [:alpha:] and (?flags).
bool means_the_same(std::string_view pattern) {
  constexpr std::string_view k_same_letters = "dDwWsSbBnrtfvx";
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if ((static_cast<unsigned char>(c) & 0x80U) != 0) return false;
    const bool is_class = c == '[' && (next == ':' || next == ']' || next == '[');
    const bool has_flags = c == '(' && next == '?' && pattern.substr(i + 2, 1) != ":";
    if (is_class || has_flags) return false;
    if (c != '\\') continue;
    if (letter && k_same_letters.find(next) == std::string_view::npos) return false;
    if (next >= '0' && next <= '9') return false;
    ++i;
  }
  return true;
}

}  // namespace

Regex::Regex(std::unique_ptr<re2::RE2> compiled, bool global, bool repeats_groups)
    : m_compiled(std::move(compiled)), m_global(global), m_repeats_groups(repeats_groups) {}

Regex::~Regex() = default;

std::shared_ptr<const Regex> Regex::of_literal(std::string_view literal) {
  const std::size_t end = literal.rfind('/');
  if (end == std::string_view::npos || end == 0) return nullptr;
  const std::string_view pattern = literal.substr(1, end - 1);
  const std::string_view flags = literal.substr(end + 1);
  if (flags.find_first_not_of("gim") != std::string_view::npos || !means_the_same(pattern)) return nullptr;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(k_memory);
  options.set_case_sensitive(flags.find('i') == std::string_view::npos);
  std::string text(flags.find('m') == std::string_view::npos ? "" : "(?m)");
  text.append(pattern);
  auto compiled = std::make_unique<re2::RE2>(text, options);
  if (!compiled->ok() || compiled->NumberOfCapturingGroups() > k_most_groups) return nullptr;
  const bool repeats = pattern.find(")*") != std::string_view::npos ||
                       pattern.find(")+") != std::string_view::npos ||
                       pattern.find("){") != std::string_view::npos;
  const bool global = flags.find('g') != std::string_view::npos;
  return std::shared_ptr<const Regex>(new Regex(std::move(compiled), global, repeats));
}

Regex::Match Regex::find(std::string_view text, std::size_t from) const {
  std::vector<re2::StringPiece> groups(this->groups() + 1);
  const re2::StringPiece whole(text.data(), text.size());
  if (!m_compiled->Match(whole, from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                         static_cast<int>(groups.size())))
    return {};
  Match match;
  for (const re2::StringPiece& group : groups) {
    if (group.data() == nullptr) {
      match.emplace_back();
    } else {
      const auto begin = static_cast<std::size_t>(group.data() - text.data());
      match.emplace_back(std::pair{begin, begin + group.size()});
    }
  }
  return match;
}

bool Regex::is_sure_of(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0x80U) != 0 || c == '\r' || c == '\v';
  });
}

std::size_t Regex::groups() const { return static_cast<std::size_t>(m_compiled->NumberOfCapturingGroups()); }

}  // namespace k6apm::evaluation
