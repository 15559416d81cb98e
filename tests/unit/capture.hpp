// CAPTURE for clang before 16, whose lambdas cannot take a structured binding: the value becomes text at
// once. Included before each file of unit tests by the build.
#pragma once

#include <doctest/doctest.h>

#define K6APM_CAPTURE_AS(name, ...)                            \
  const doctest::String name = doctest::toString(__VA_ARGS__); \
  DOCTEST_INFO(#__VA_ARGS__ " := ", name)

#undef CAPTURE
#define CAPTURE(...) K6APM_CAPTURE_AS(DOCTEST_ANONYMOUS(K6APM_CAPTURED_), __VA_ARGS__)
