#include "providers/prometheus_samples.hpp"

namespace k6apm::providers {

SampleMarks::SampleMarks(const SentSamples& sent) {
  std::size_t bits = 0;
  for (std::size_t name = 0; name < sent.names(); ++name) {
    std::vector<std::size_t>& first_bits = m_first_bits.emplace_back();
    for (std::size_t series = 0; series < sent.series(name); ++series) {
      first_bits.push_back(bits);
      bits += sent.indices({name, series});
    }
  }
  m_bits.resize(bits);
}

bool SampleMarks::mark(SeriesAt at, const SampleAt& sample) {
  const std::size_t bit = bit_of(at, sample);
  if (m_bits[bit]) return false;
  m_bits[bit] = true;
  return true;
}

}  // namespace k6apm::providers
