// Specification: Prometheus, "HTTP API", "Range vectors": {"data":{"resultType":"matrix","result":[{"metric":
// {LABELS},"values":[[SECONDS,"VALUE"],...]}]}}. What surprises: values are texts, times are numbers. Read as
// a stream: an answer may have a million samples.
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "providers/prometheus_query.hpp"

namespace k6apm::providers {
namespace {

using Json = nlohmann::json;

/// Objects and lists inside one another: an answer has seven.
constexpr std::size_t k_deepest_answer = 32;

class MatrixReader final : public Json::json_sax_t {
 public:
  explicit MatrixReader(const std::function<void(HeldSeries&)>& each) : m_each(each) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override { return number(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t&) override { return number(value); }
  bool string(string_t& value) override;
  bool binary(binary_t&) override { return true; }
  bool key(string_t& name) override {
    m_key = name;
    return true;
  }
  bool start_object(std::size_t) override;
  bool end_object() override;
  bool start_array(std::size_t) override;
  bool end_array() override;
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  bool has_result() const { return m_has_result; }
  const std::string& status() const { return m_status; }
  const std::string& error() const { return m_error; }

 private:
  enum class Place { other, answer, data, result, series, metric, values, sample };

  Place here() const { return m_places.empty() ? Place::other : m_places.back(); }
  bool enter(Place place) {
    m_places.push_back(place);
    return m_places.size() <= k_deepest_answer;
  }
  bool number(double value) {
    if (here() == Place::sample) m_time_ms = std::llround(value * k_ms_per_s);
    return true;
  }

  const std::function<void(HeldSeries&)>& m_each;
  std::vector<Place> m_places{};
  std::string m_key{};
  std::string m_status{};
  std::string m_error{};
  bool m_has_result = false;
  HeldSeries m_series{};
  std::optional<std::int64_t> m_time_ms{};
  std::optional<double> m_value{};
};

bool MatrixReader::string(string_t& value) {
  switch (here()) {
    case Place::answer:
      if (m_key == "status") m_status = value;
      if (m_key == "error") m_error = value;
      return true;
    case Place::metric:
      m_series.labels[m_key] = value;
      return true;
    case Place::sample: {
      double number = NAN;
      const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), number);
      const bool whole = fault == std::errc() && end == value.data() + value.size();
      m_value = whole ? number : NAN;  // +Inf and NaN: nothing that was sent
      return true;
    }
    default:
      return true;
  }
}

bool MatrixReader::start_object(std::size_t) {
  if (m_places.empty()) return enter(Place::answer);
  if (here() == Place::answer && m_key == "data") return enter(Place::data);
  if (here() == Place::result) {
    m_series = {};
    return enter(Place::series);
  }
  if (here() == Place::series && m_key == "metric") return enter(Place::metric);
  return enter(Place::other);
}

bool MatrixReader::end_object() {
  if (here() == Place::series) m_each(m_series);
  m_places.pop_back();
  return true;
}

bool MatrixReader::start_array(std::size_t) {
  if (here() == Place::data && m_key == "result") {
    m_has_result = true;
    return enter(Place::result);
  }
  if (here() == Place::series && m_key == "values") return enter(Place::values);
  if (here() == Place::values) {
    m_time_ms.reset();
    m_value.reset();
    return enter(Place::sample);
  }
  return enter(Place::other);
}

bool MatrixReader::end_array() {
  const bool sample = here() == Place::sample;
  m_places.pop_back();
  if (!sample) return true;
  if (!m_time_ms || !m_value) return false;
  m_series.samples.emplace_back(*m_time_ms, *m_value);
  return true;
}

}  // namespace

void read_matrix(std::string_view answer, const std::function<void(HeldSeries&)>& each) {
  MatrixReader reader(each);
  const bool read = Json::sax_parse(answer.begin(), answer.end(), &reader);
  if (!read) throw std::runtime_error("the answer to a query has not the form of one");
  if (reader.status() != "success") {
    throw std::runtime_error("the query was refused: " +
                             (reader.error().empty() ? "without a reason" : reader.error()));
  }
  if (!reader.has_result()) throw std::runtime_error("the answer to a query has no result");
}

}  // namespace k6apm::providers
