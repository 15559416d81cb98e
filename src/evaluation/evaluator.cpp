// The values that the evaluator makes, and the limits of its work.
#include "evaluation/evaluator.hpp"

#include "evaluation/depth.hpp"

namespace k6apm::evaluation {

namespace {
constexpr std::size_t k_steps_of_an_object = 8;
}  // namespace

Evaluator::Evaluator(Files files, Environment environment)
    : m_files(std::move(files)), m_environment(std::move(environment)), m_steps_left(k_steps) {}

Evaluator::~Evaluator() = default;

void Evaluator::charge(std::size_t steps) {
  if (steps > m_steps_left) {
    m_steps_left = 0;
    stop("it takes more steps than are tried");
  }
  m_steps_left -= steps;
}

void Evaluator::charge_bytes(std::size_t bytes) {
  m_bytes += bytes;
  if (m_bytes > k_bytes) stop("it makes longer texts than are tried");
}

void Evaluator::stop(std::string why) {
  Cause& cause = m_causes.emplace_back(Cause{{}, std::move(why), {}, true, false, {}});
  throw Stopped{&cause};
}

const Cause* Evaluator::new_cause(Place place, std::string why, std::string hint) {
  return &m_causes.emplace_back(Cause{place, std::move(why), std::move(hint), false, false, {}});
}

JsValue Evaluator::unknown(Place place, std::string why, std::string hint) {
  return {new_cause(place, std::move(why), std::move(hint)), place};
}

JsValue Evaluator::unknown(const Cause* cause, Place place) {
  return cause != nullptr ? JsValue{cause, place} : unknown(place);
}

JsValue Evaluator::unknown(const Notice& error, Place place) {
  Cause& cause = m_causes.emplace_back(Cause{place, error.text, error.hint, false, false, error});
  return {&cause, place};
}

JsValue Evaluator::text(std::string value, Place place) {
  charge_bytes(value.size());
  return {std::make_shared<const std::string>(std::move(value)), place};
}

JsObject* Evaluator::new_object(ObjectKind kind, Place place) {
  charge(k_steps_of_an_object);
  JsObject& object = m_objects.emplace_back();
  object.kind = kind;
  object.place = place;
  return &object;
}

JsValue Evaluator::new_array(std::vector<JsValue> elements, Place place) {
  charge(elements.size());
  JsObject* array = new_object(ObjectKind::array, place);
  array->elements = std::move(elements);
  return {array, place};
}

JsValue Evaluator::native(Native function, Place place) {
  JsObject*& known = m_natives[function];
  if (known == nullptr) {
    known = new_object(ObjectKind::native, place);
    known->native = function;
  }
  return {known, place};
}

Scope* Evaluator::new_scope(Scope* parent) {
  charge(k_steps_of_an_object);
  return &m_scopes.emplace_back(Scope{parent, {}});
}

}  // namespace k6apm::evaluation
