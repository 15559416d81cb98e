// Holds the recursion of the evaluator below what a stack of 8 MiB takes, with sanitizers too.
#pragma once

#include "evaluation/evaluator.hpp"

namespace k6apm::evaluation {

class Evaluator::Deeper {
 public:
  explicit Deeper(Evaluator& evaluator) : m_evaluator(evaluator) {
    if (++m_evaluator.m_depth > k_deepest) {
      --m_evaluator.m_depth;
      m_evaluator.stop("it calls or nests too deeply");
    }
  }
  ~Deeper() { --m_evaluator.m_depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

  static constexpr std::size_t k_deepest = 900;

 private:
  Evaluator& m_evaluator;
};

}  // namespace k6apm::evaluation
