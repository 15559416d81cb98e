// "Did you mean": the one word of several that a misspelt one was meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace k6apm::text {

/// How many letters are left out, too many, wrong or swapped with their neighbour (Damerau-Levenshtein,
/// optimal string alignment). Differences of case count for nothing, nor do `-`, `_` and blanks.
std::size_t spelling_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word`, of equal ones the first. Empty where none is near: up to two letters may
/// be wrong, in words of less than six letters one.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// `did you mean WORD?`, and nothing where `word` is empty.
std::string did_you_mean(std::string_view word);

}  // namespace k6apm::text
