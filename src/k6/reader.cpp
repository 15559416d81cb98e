#include "k6/reader.hpp"

namespace k6apm::k6 {

void Reader::read(const Block& block) {
  m_intake.begin(block);
  switch (block.kind) {
    case BlockKind::lines:
      return block.columns == nullptr ? m_json.read(block) : m_csv.read(block);
    case BlockKind::overlong_begin:
      m_intake.begin_line(0);
      m_intake.count_bad(LineProblem::too_long);
      return m_intake.end(1);
    case BlockKind::overlong_rest:
      return;
    case BlockKind::fields:
      return m_partial.read(block);
  }
}

}  // namespace k6apm::k6
