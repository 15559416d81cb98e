// One reading thread: takes blocks of any format.
#pragma once

#include <cstddef>
#include <span>

#include "k6/block_reader.hpp"
#include "k6/csv_reader.hpp"
#include "k6/intake.hpp"
#include "k6/json_reader.hpp"
#include "k6/partial_reader.hpp"

namespace k6apm::k6 {

/// For one thread.
class Reader {
 public:
  /// `types` is shared by all readers; `rules` outlive the reader.
  Reader(std::span<const series::Rule> rules, series::TimeRange range, MetricTypes& types, std::size_t files)
      : m_intake(rules, range, types, files), m_partial(m_intake, types, files) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void read(const Block& block);

  /// What was read so far.
  Intake& intake() { return m_intake; }
  const Intake& intake() const { return m_intake; }
  const PartialReader& partial() const { return m_partial; }

 private:
  Intake m_intake;
  JsonReader m_json{m_intake};
  CsvReader m_csv{m_intake};
  PartialReader m_partial;
};

}  // namespace k6apm::k6
