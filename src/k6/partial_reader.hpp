// Takes partial results (partial_result.proto) in: blocks of whole fields, on any number of reading threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.hpp"
#include "k6/block_reader.hpp"
#include "k6/intake.hpp"
#include "k6/run_state.hpp"

namespace k6apm::k6 {

/// The only format there is.
inline constexpr std::uint32_t k_partial_format = 1;

/// What one partial result says of itself, or one thread's share of it.
struct PartialHead {
  std::optional<std::uint64_t> format{};
  std::string version{};               ///< of k6apm that made it
  std::vector<StateOption> options{};  ///< those of a thread stand in the order of the file
  std::map<std::pair<std::uint64_t, std::size_t>, InputRead> inputs{};  ///< by block and place in it
  std::map<std::string, series::MetricType> types{};                    ///< of series that have one
  std::uint64_t inputs_used = 0;  ///< how many inputs there are at least, going by its gauges
  std::string problem{};          ///< what cannot be, where nothing else is wrong

  void add(PartialHead other);
};

/// For one thread.
class PartialReader {
 public:
  /// Series go to the Partial of `intake`, types that are declared to `types`. Of `files` RESULTs any may be
  /// a partial result.
  PartialReader(Intake& intake, MetricTypes& types, std::size_t files);
  PartialReader(const PartialReader&) = delete;
  PartialReader& operator=(const PartialReader&) = delete;
  ~PartialReader();

  /// A block of BlockKind::fields.
  void read(const Block& block);

  const std::map<std::uint32_t, PartialHead>& heads() const { return m_heads; }  ///< by Block::file
  const MetricTallies& metrics() const { return m_metrics; }
  const TagValues& test_run_ids() const { return m_test_run_ids; }
  const TagValues& test_ids() const { return m_test_ids; }
  const TagsMet& tags() const { return m_tags; }  ///< those asked for
  /// Whether every partial result says which tags there were.
  bool tags_kept() const { return m_tags_kept; }

 private:
  struct Messages;

  bool take(unsigned number, std::uint64_t value, std::string_view bytes);
  bool take_option(std::string_view bytes);
  bool take_input(std::string_view bytes);
  bool take_run(std::string_view bytes);
  bool take_metric(std::string_view bytes);
  bool take_series(std::string_view bytes);

  Intake& m_intake;
  MetricTypes& m_types;
  std::uint64_t m_files;
  std::unique_ptr<Messages> m_messages;  ///< kept for their memory
  std::map<std::uint32_t, PartialHead> m_heads{};
  MetricTallies m_metrics{};
  TagValues m_test_run_ids{};
  TagValues m_test_ids{};
  TagsMet m_tags{};
  bool m_tags_kept = true;
  // The block being read:
  PartialHead* m_head = nullptr;
  std::uint32_t m_file = 0;
  std::uint64_t m_sequence = 0;
  std::size_t m_fields = 0;
};

/// Why a partial result, which was read to its end, cannot be taken, or nothing. `damage` as
/// InputState::damage, `options` those that it has to have.
std::optional<Error> refusal_of_partial(const std::string& path, const std::string& damage,
                                        const PartialHead& head, const std::vector<StateOption>& options);

}  // namespace k6apm::k6
