#include "k6/partial_writer.hpp"

#include <fmt/format.h>
#include <xxhash.h>
#include <zstd.h>

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <utility>

#include <google/protobuf/io/coded_stream.h>

#include "error.hpp"
#include "k6/partial_fields.hpp"
#include "k6/partial_reader.hpp"
#include "k6/partial_result.pb.h"
#include "k6/partial_series.hpp"

namespace k6apm::k6 {
namespace {

/// zstd's own default: sorted values shrink to about half, and higher levels gain little.
constexpr int k_level = 3;

/// One zstd frame that is made piece by piece.
class Frame {
 public:
  explicit Frame(const std::function<bool(std::string_view)>& write)
      : m_write(write), m_context(ZSTD_createCCtx()) {
    if (!m_context) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(m_context.get(), ZSTD_c_compressionLevel, k_level);
    ZSTD_CCtx_setParameter(m_context.get(), ZSTD_c_checksumFlag, 1);
    m_room.resize(ZSTD_CStreamOutSize());
  }

  void put(std::string_view bytes) { compress(bytes, ZSTD_e_continue); }
  void end() { compress({}, ZSTD_e_end); }
  bool stopped() const { return m_stopped; }
  std::uint64_t bytes() const { return m_bytes; }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  void compress(std::string_view bytes, ZSTD_EndDirective how) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (bool more = true; more && !m_stopped;) {
      ZSTD_outBuffer out{m_room.data(), m_room.size(), 0};
      const std::size_t left = ZSTD_compressStream2(m_context.get(), &out, &in, how);
      if (ZSTD_isError(left) != 0) throw std::bad_alloc();  // nothing else can go wrong
      m_bytes += out.pos;
      if (out.pos > 0) m_stopped = !m_write({m_room.data(), out.pos});
      more = how == ZSTD_e_end ? left > 0 : in.pos < in.size;
    }
  }

  const std::function<bool(std::string_view)>& m_write;
  std::unique_ptr<ZSTD_CCtx, Free> m_context;
  std::string m_room{};
  std::uint64_t m_bytes = 0;
  bool m_stopped = false;
};

/// The fields of the outermost message, one after another.
class Fields {
 public:
  explicit Fields(Frame& frame) : m_frame(frame), m_hash(XXH3_createState()) {
    XXH3_64bits_reset(m_hash.get());
  }

  void put(int number, std::uint64_t value) {
    begin(number, 0);
    append_number(value);
    give();
  }

  void put(int number, std::string_view bytes) {
    check_length(bytes.size());
    begin(number, 2);
    append_number(bytes.size());
    m_field += bytes;
    give();
  }

  template <class Message>
  void put_message(int number, const Message& message) {
    const std::size_t size = message.ByteSizeLong();
    check_length(size);
    begin(number, 2);
    append_number(size);
    message.AppendToString(&m_field);
    give();
  }

  void seal() {
    const std::uint64_t checksum = XXH3_64bits_digest(m_hash.get());
    begin(k_checksum_field, 1);
    std::array<std::uint8_t, sizeof checksum> bytes{};
    google::protobuf::io::CodedOutputStream::WriteLittleEndian64ToArray(checksum, bytes.data());
    m_field.append(bytes.begin(), bytes.end());
    give();
    m_frame.end();
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* hash) const { XXH3_freeState(hash); }
  };

  static void check_length(std::size_t length) {
    if (length <= Block::k_longest_line / 2) return;  // what Layout takes
    throw Error(ExitStatus::input, "a name or tags of more than 8 MiB cannot be kept in a partial result",
                "keep fewer tags");
  }
  void begin(unsigned number, unsigned kind) { append_number(number << 3U | kind); }
  void begin(int number, unsigned kind) { begin(static_cast<unsigned>(number), kind); }
  void append_number(std::uint64_t value) {
    std::array<std::uint8_t, 10> bytes{};  // a varint of 64 bits is at most 10 bytes
    std::uint8_t* end = google::protobuf::io::CodedOutputStream::WriteVarint64ToArray(value, bytes.data());
    m_field.append(bytes.data(), end);
  }
  void give() {
    XXH3_64bits_update(m_hash.get(), m_field.data(), m_field.size());
    m_frame.put(m_field);
    m_field.clear();
  }

  Frame& m_frame;
  std::unique_ptr<XXH3_state_t, Free> m_hash;
  std::string m_field{};
};

partial::Input message_of(const InputRead& input) {
  const FileTally& tally = input.tally;
  const auto number_of = [&tally](const BadLine& bad) {
    return lines_before(tally, bad.sequence) + bad.line;
  };
  partial::Input message;
  message.set_path(input.state.path);
  message.set_csv(input.state.format == Format::csv);
  message.set_compression(input.state.compression == Compression::gzip   ? partial::Input::GZIP
                          : input.state.compression == Compression::zstd ? partial::Input::ZSTD
                                                                         : partial::Input::NONE);
  message.set_bytes(input.state.bytes);
  message.set_lines(lines_before(tally, std::numeric_limits<std::uint64_t>::max()));
  message.set_points(tally.points);
  message.set_bad_lines(tally.bad_lines);
  message.set_text_lines(tally.text_lines);
  if (tally.first_text) message.set_first_text(number_of(*tally.first_text));
  for (const BadLine& bad : tally.shown) {
    partial::BadLine& one = *message.add_bad();
    one.set_line(number_of(bad));
    one.set_problem(static_cast<std::uint32_t>(bad.problem));
  }
  message.set_ambiguous(tally.ambiguous);
  message.set_fine_times(tally.fine_times);
  message.set_cut_off(tally.cut_off);
  message.set_truncated(input.state.truncated);
  message.set_damage(input.state.damage);
  message.set_head_hash(input.state.content_hash);
  message.set_whole_hash(input.state.whole_hash.value_or(0));
  return message;
}

/// Which two of several values were kept depends on threads, and does not matter.
void put_values(const TagValues& values, google::protobuf::RepeatedPtrField<std::string>& out) {
  if (values.size() > 1) {
    *out.Add() = "";
    *out.Add() = "*";
  } else if (!values.empty()) {
    *out.Add() = *values.begin();
  }
}

partial::Run run_of(const RunState& state) {
  partial::Run message;
  message.set_points(state.partial.first_ns() <= state.partial.last_ns());
  if (message.points()) {
    message.set_first_ns(state.partial.first_ns());
    message.set_last_ns(state.partial.last_ns());
  }
  put_values(state.test_run_ids, *message.mutable_test_run_ids());
  put_values(state.test_ids, *message.mutable_test_ids());
  message.set_tags_kept(state.tags_kept);
  return message;
}

/// A metric may have points, a Metric line, or both.
std::map<std::string, partial::Metric> metrics_of(const RunState& state) {
  std::map<std::string, partial::Metric> messages;
  for (const auto& [name, tally] : state.metrics) {
    if (tally.points() == 0) continue;
    partial::Metric& message = messages[name];
    message.set_passed_over(tally.passed_over);
    message.set_not_selected(tally.not_selected);
    message.set_out_of_range(tally.out_of_range);
    message.set_taken(tally.taken);
    message.set_in_csv(tally.in_csv);
  }
  for (const auto& [name, declared] : state.declared) {
    partial::Metric& message = messages[name];
    message.set_declared(message_type_of(declared.info.type));
    message.set_contains(static_cast<std::uint32_t>(declared.info.contains));
    message.set_contradicted(declared.contradicted);
  }
  for (const auto& [name, tags] : state.tags) {
    for (const std::string& asked : tags.asked) messages[name].add_asked_tags(asked);
  }
  for (auto& [name, message] : messages) message.set_name(name);
  return messages;
}

void put_head(Fields& fields, const RunState& state, const std::vector<StateOption>& options,
              const std::string& version) {
  using Result = partial::PartialResult;
  fields.put(Result::kMagicFieldNumber, k_partial_magic.substr(2));
  fields.put(Result::kFormatFieldNumber, k_partial_format);
  fields.put(Result::kVersionFieldNumber, version);
  for (const StateOption& option : options) {
    partial::Option message;
    message.set_name(option.name);
    message.set_value(option.value);
    fields.put_message(Result::kOptionsFieldNumber, message);
  }
  for (const InputRead& input : state.inputs)
    fields.put_message(Result::kInputsFieldNumber, message_of(input));
  fields.put_message(Result::kRunFieldNumber, run_of(state));
  for (const auto& [name, message] : metrics_of(state))
    fields.put_message(Result::kMetricsFieldNumber, message);
}

}  // namespace

PartialWritten write_partial(RunState&& state, const std::vector<StateOption>& options,
                             const std::string& version, const std::function<bool(std::string_view)>& write,
                             const std::atomic<bool>& interrupted) {
  Frame frame(write);
  Fields fields(frame);
  put_head(fields, state, options, version);
  std::map<std::uint32_t, std::uint32_t> places;  // of the inputs, by their numbers
  for (const InputRead& input : state.inputs)
    places.emplace(input.number, static_cast<std::uint32_t>(places.size()));
  const InputNumber place_of = [&places](std::uint32_t number) { return std::optional(places.at(number)); };
  PartialWritten written;
  for (const auto& [key, series] : state.partial.in_order()) {
    if (interrupted || frame.stopped()) break;
    encode_series(*key, *series, state.partial.rules()[key->rule], place_of,
                  [&](const partial::Series& piece) {
                    fields.put_message(partial::PartialResult::kSeriesFieldNumber, piece);
                  });
    ++written.series;
  }
  if (!interrupted) fields.seal();
  written.bytes = frame.bytes();
  return written;
}

}  // namespace k6apm::k6
