// Sums of doubles without rounding error, so that a total does not depend on the order of its terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace k6apm::series {

/// The exact sum of any finite doubles. Whole numbers cost one integer addition; the first other term
/// switches to a fixed-point number as long as the terms need. Not safe for use from several threads at once.
class ExactSum {
 public:
  ExactSum() = default;
  explicit ExactSum(double term) { add(term); }
  ExactSum(const ExactSum& other);
  ExactSum& operator=(const ExactSum& other);
  ExactSum(ExactSum&&) noexcept = default;
  ExactSum& operator=(ExactSum&&) noexcept = default;
  ~ExactSum() = default;

  /// Makes it 0 again, and keeps the memory for further terms.
  void clear() noexcept;

  /// Adds a term, which must be finite.
  void add(double term);
  void add(const ExactSum& other);

  /// The sum rounded once, to nearest even; infinite where it is beyond the largest double.
  double value() const;

  /// The sum written out: `whole` and, with the sign, each digits[i] * 2^(32 * (first + i) - 1074). The same
  /// for the same terms in any order, unless whole ones pass 2^63 on the way; no digit is 0 at either end.
  struct WrittenOut {
    std::int64_t whole = 0;
    bool negative = false;  ///< of the digits; `whole` has its own sign
    std::uint32_t first = 0;
    std::vector<std::uint32_t> digits{};
    bool operator==(const WrittenOut&) const = default;
  };
  WrittenOut written_out() const;

  /// Adds what written_out() gave. False, and nothing is added, where there are more digits than sums have.
  bool add(const WrittenOut& other);

 private:
  struct Wide;
  struct DeleteWide {
    void operator()(Wide* wide) const noexcept;
  };

  Wide& wide();

  std::int64_t m_whole = 0;  ///< the sum of whole terms; `m_wide` holds the rest
  std::unique_ptr<Wide, DeleteWide> m_wide{};
};

}  // namespace k6apm::series
