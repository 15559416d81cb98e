// Evaluates the top level of a script and of the files it imports, without running anything that is not
// JavaScript written there: what comes from k6, from the network, from chance or the clock is not known, and
// what depends on it is not known either (ECMA-262, 8 to 16, for modules and CommonJS).
//
// What makes the result sure: wherever something happens that is not followed - a function that is not known
// is called, a condition is not known, a statement cannot be read - everything that it could change is no
// longer known from then on (`forget`, `leak`). So a value that is known is the value that k6 would see.
// Two liberties are taken: an error thrown at the top level does not end the script, which k6 would then
// refuse to run at all; and a callback given to a module of k6 or of the network runs then or never, while
// those of promises and timers, and asynchronous functions, may run up to the end of the script.
//
// Not for several threads. Throws Error only where a text cannot be cut into tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "evaluation/files.hpp"
#include "evaluation/frames.hpp"
#include "evaluation/js_value.hpp"
#include "evaluation/mentions.hpp"
#include "script/script.hpp"
#include "script/value.hpp"

namespace k6apm::evaluation {

class Evaluator {
 public:
  /// Steps for all of the script, for forgetting what statements could do that were not run to their end, and
  /// for what stands behind a statement that took too many.
  static constexpr std::size_t k_steps = 2'000'000;
  static constexpr std::size_t k_steps_to_forget = 3'000'000;
  static constexpr std::size_t k_steps_after_a_stop = 500'000;
  /// Statements of the top level that may take too many.
  static constexpr std::size_t k_most_stops = 4;
  /// Bytes of the texts that are made and of the files that are read.
  static constexpr std::size_t k_bytes = 64UL * 1024 * 1024;

  Evaluator(Files files, Environment environment);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // -- modules.cpp, and finish in forgetting.cpp
  /// The file at `path` as the script that k6 is given; `text` is its content.
  Module& main_module(std::string text, const std::string& path);
  /// Runs its top level, unless that is done or under way.
  void run(Module& module);
  /// What promises and timers would run then: for the end.
  void finish();
  /// What the file exports under `name`; nothing where it exports no such name.
  std::optional<JsValue> exported(Module& module, const std::string& name, Place place);
  Module& resolve(Module& importer, const std::string& file, Place place);
  JsValue require(Module& importer, const std::string& file, Place place);
  /// All exports as one object.
  JsValue namespace_object(Module& module, Place place, bool for_require = false);
  JsValue open_file(Module& opener, const std::string& file, Place place);
  /// The value of a JSON text; throws Thrown at a text that is none.
  JsValue parse_json(const JsString& text, Place place);

  // -- evaluate.cpp, operators.cpp, calls.cpp
  JsValue evaluate(const Expression& expression, Frame& frame);
  JsValue call(const JsValue& callee, NativeCall call);
  JsValue construct(const JsValue& callee, NativeCall call);
  JsValue binary(std::string_view op, const JsValue& left, const JsValue& right, Place place);
  /// The text of a value (ToString); nothing where it is not known, then `cause` is set.
  std::optional<std::string> text_of(const JsValue& value, const Cause*& cause);

  // -- properties.cpp, enumerate.cpp
  JsValue get(const JsValue& object, const std::string& key, Place place);
  JsValue get(const JsValue& object, const JsValue& key, Place place);
  void set(const JsValue& object, const JsValue& key, JsValue value, Place place);
  void remove(const JsValue& object, const JsValue& key, Place place);
  /// The enumerable keys in JavaScript's order; nothing where they are not all known, then `cause` is set.
  std::optional<std::vector<std::string>> keys(const JsValue& object, const Cause*& cause);
  /// What iterating yields; nothing where that is not known, then `cause` is set.
  std::optional<std::vector<JsValue>> items(const JsValue& iterable, const Cause*& cause, Place place);
  /// `key in object`.
  JsValue contains(const JsValue& object, const JsValue& key, Place place);
  /// Copies all properties of `from`, as spread and Object.assign do.
  void copy_properties(JsObject& to, const JsValue& from, Place place,
                       const std::vector<std::string>& except = {});
  /// Over the elements of `iterated`, for entries() and the like.
  JsValue new_iterator(std::vector<JsValue> elements, JsObject& iterated, Place place);

  // -- forgetting.cpp
  /// Something that is not followed may have changed all that is reachable from the value.
  void leak(const JsValue& value, const Cause* cause);
  /// The code in the range may have run, any number of times.
  void forget(const Mentions& mentions, const Frame& frame, const Cause* cause);
  const Mentions& forget(Range range, const Frame& frame, const Cause* cause);
  const Mentions& mentions_in(const Frame& frame, Range range);
  /// Whether a function changes nothing and calls nothing but what it is given.
  bool is_pure(const JsObject& function);
  /// Without running anything; `cause` where a getter stands there.
  JsValue peek(const JsValue& holder, const std::string& key, const Cause* cause);
  /// An exception may have been thrown here.
  void note_risk(const Cause* cause);
  /// JavaScript throws an exception here; the evaluator goes on, as if it had not been asked for.
  void note_error(Place place);

  // -- making values
  JsValue unknown(Place place, std::string why = {}, std::string hint = {});
  JsValue unknown(const Cause* cause, Place place);
  JsValue unknown(const Notice& error, Place place);
  JsValue text(std::string value, Place place);
  JsValue number(double value, Place place) { return {value, place}; }
  JsValue boolean(bool value, Place place) { return {value, place}; }
  JsValue object(JsObject* object, Place place) { return {object, place}; }
  JsObject* new_object(ObjectKind kind, Place place);
  JsValue new_array(std::vector<JsValue> elements, Place place);
  JsValue native(Native function, Place place);
  /// Counts work, and bytes made; both throw Stopped where it is too much.
  void charge(std::size_t steps);
  void charge_bytes(std::size_t bytes);
  [[noreturn]] void stop(std::string why);
  Scope* new_scope(Scope* parent);

  const Environment& environment() const { return m_environment; }

 private:
  class Deeper;  // guards the depth of recursion

  Place place(const Frame& frame, Range range) const;

  // evaluate.cpp, assign.cpp: one for each kind of node
  JsValue visit(const Opaque&, const Expression& e, Frame& frame);
  JsValue visit(const NumberLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const StringLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const BooleanLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const NullLiteral&, const Expression& e, Frame& frame);
  JsValue visit(const RegexLiteral&, const Expression& e, Frame& frame);
  JsValue visit(const Name& n, const Expression& e, Frame& frame);
  JsValue visit(const This&, const Expression& e, Frame& frame);
  JsValue visit(const TemplateLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const ArrayLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const ObjectLiteral& n, const Expression& e, Frame& frame);
  JsValue visit(const FunctionExpression& n, const Expression& e, Frame& frame);
  JsValue visit(const ClassExpression&, const Expression& e, Frame& frame);
  JsValue visit(const Unary& n, const Expression& e, Frame& frame);
  JsValue visit(const Update& n, const Expression& e, Frame& frame);
  JsValue visit(const Binary& n, const Expression& e, Frame& frame);
  JsValue visit(const Logical& n, const Expression& e, Frame& frame);
  JsValue visit(const Conditional& n, const Expression& e, Frame& frame);
  JsValue visit(const Assignment& n, const Expression& e, Frame& frame);
  JsValue visit(const MemberAccess& n, const Expression& e, Frame& frame);
  JsValue visit(const IndexAccess& n, const Expression& e, Frame& frame);
  JsValue visit(const Call& n, const Expression& e, Frame& frame);
  JsValue visit(const New& n, const Expression& e, Frame& frame);
  JsValue visit(const OptionalChain& n, const Expression& e, Frame& frame);
  JsValue visit(const Sequence& n, const Expression& e, Frame& frame);

  JsValue make_class(Range range, Frame& frame);
  JsValue read_name(std::string_view name, Place where, const Frame& frame);
  JsValue read_binding(const Binding& binding, std::string_view name, Place where);
  JsValue property_key(const PropertyKey& key, Frame& frame, Place where);
  void add_property(JsObject& object, const Property& property, const JsValue& self, Frame& frame);
  std::optional<std::vector<JsValue>> arguments(const std::vector<Element>& elements, Frame& frame,
                                                const Cause*& cause);
  JsValue skip(Range range, const Frame& frame, const Cause* cause, Place where);
  Reference reference_of(const Expression& target, Frame& frame);
  JsValue value_at(const Reference& reference, Frame& frame);
  void put_at(const Reference& reference, JsValue value, Frame& frame);
  JsValue assign_logically(const Assignment& n, const Reference& target, Place where, Frame& frame);
  bool is_undeclared(const Expression& e, const Frame& frame);
  JsValue delete_property(const Expression& operand, Place where, Frame& frame);
  void assign(const Expression& target, JsValue value, Frame& frame);

  // bind.cpp
  enum class Bind : unsigned char { declare, assign };
  void bind(const Pattern& pattern, JsValue value, Bind how, Frame& frame);
  void bind_name(std::string_view name, JsValue value, Bind how, Frame& frame, Place where);
  void bind_object(const ObjectPattern& pattern, const JsValue& value, Bind how, Frame& frame, Place where);
  void bind_list(const ArrayPattern& pattern, const JsValue& value, Bind how, Frame& frame, Place where);
  void bind_default(const PatternElement& element, JsValue value, Bind how, Frame& frame);
  Binding* find_binding(std::string_view name, const Frame& frame);

  // calls.cpp
  JsValue call_closure(const Closure& closure, NativeCall& call);
  JsValue run_body(const Closure& closure, Frame& frame, Place where);
  void bind_parameters(const Function& function, const NativeCall& call, Frame& frame);
  JsValue call_native(const JsObject& callee, const NativeCall& call);
  JsValue unknown_native(const NativeTraits& traits, const Cause* cause, const NativeCall& call);
  JsValue unknown_call(const Cause* cause, const NativeCall& call);

  // execute.cpp, loops.cpp
  Completion execute(const Statement& statement, Frame& frame);
  Completion execute_all(const std::vector<const Statement*>& statements, Frame& frame);
  void execute_top_level(const Statement& statement, Frame& frame);
  void hoist_variables(const std::vector<const Statement*>& statements, Frame& frame);
  void hoist_variables(const Statement* statement, Frame& frame);
  void declare_block(const std::vector<const Statement*>& statements, Frame& frame);
  void declare_pattern(const Pattern* pattern, bool initialised, Frame& frame);
  Completion leave_loop(const Completion& completion, const Statement& s, Frame& frame);
  std::vector<std::string_view> take_labels();
  void hoist_functions(const std::vector<const Statement*>& statements, const Frame& inner, Frame& outer);
  void make_constant(const Pattern& pattern, Frame& frame);
  Completion skip_statement(const Statement& s, Frame& frame, const Cause* cause, bool is_loop);

  Completion visit(const Empty&, const Statement& s, Frame& frame);
  Completion visit(const VariableDeclaration& n, const Statement& s, Frame& frame);
  Completion visit(const ExpressionStatement& n, const Statement& s, Frame& frame);
  Completion visit(const FunctionDeclaration&, const Statement& s, Frame& frame);
  Completion visit(const ClassDeclaration& n, const Statement& s, Frame& frame);
  Completion visit(const EnumDeclaration& n, const Statement& s, Frame& frame);
  Completion visit(const Block& n, const Statement& s, Frame& frame);
  Completion visit(const Return& n, const Statement& s, Frame& frame);
  Completion visit(const Throw& n, const Statement& s, Frame& frame);
  Completion visit(const If& n, const Statement& s, Frame& frame);
  Completion visit(const For& n, const Statement& s, Frame& frame);
  Completion visit(const ForEach& n, const Statement& s, Frame& frame);
  Completion visit(const While& n, const Statement& s, Frame& frame);
  Completion visit(const Switch& n, const Statement& s, Frame& frame);
  Completion visit(const Try& n, const Statement& s, Frame& frame);
  Completion visit(const Break& n, const Statement& s, Frame& frame);
  Completion visit(const Continue& n, const Statement& s, Frame& frame);
  Completion visit(const Labelled& n, const Statement& s, Frame& frame);
  Completion visit(const Import& n, const Statement& s, Frame& frame);
  Completion visit(const ExportDeclaration& n, const Statement& s, Frame& frame);
  Completion visit(const ExportNames& n, const Statement& s, Frame& frame);
  Completion visit(const ExportAll& n, const Statement& s, Frame& frame);
  Completion visit(const ExportDefault& n, const Statement& s, Frame& frame);
  Completion visit(const ExportAssignment& n, const Statement& s, Frame& frame);
  Completion visit(const Unread& n, const Statement& s, Frame& frame);

  // modules.cpp
  Module& new_module(std::string path);
  void read_module(Module& module, std::string text);
  void read_script(Module& module, std::string text);
  void run_import(const std::string& file, const Statement& statement, Module& module);
  std::optional<JsValue> exported_by_unread(Module& module, const std::string& name);
  std::optional<JsValue> exported_by_common_js(Module& module, const std::string& name, Place place);
  void prepare(Module& module);
  void collect_exports(Module& module, const Statement& statement);
  const Cause* new_cause(Place place, std::string why, std::string hint);
  JsValue from_json(const Value& value, Place outer);

  // forgetting.cpp
  bool may_use_this(const JsValue& callee);
  void run_escaped(const Cause* cause);
  void add_escaped(const Frame& frame, Range range);
  void run_later(const JsValue& function);
  void forget_property(JsObject& holder, const std::string& key, bool removed, const Cause* cause);
  void forget_closure(const Closure& closure, const Cause* cause);

  // properties.cpp, enumerate.cpp
  JsValue widened(const JsValue& value, Place where);
  void leak_elements(JsObject& object, const Cause* cause);
  void copy_partly(JsObject& to, const JsValue& from, const Cause* cause, Place place,
                   const std::vector<std::string>& except);
  const JsProperty* inherited(JsObject& object, const std::string& key, const Cause*& cause);
  JsValue constructor_of(const JsValue& value, Place where);
  [[noreturn]] void throw_error(const Cause* cause);
  JsValue get_of_nothing(const JsValue& holder, const std::string& key, Place where);
  JsValue get_of_object(JsObject& object, const std::string& key, const JsValue& self, Place where);
  std::optional<std::vector<std::string>> names_in_environment(const JsObject& object, Place place,
                                                               const Cause*& cause);
  JsValue get_of_environment(JsObject& object, const std::string& key, Place where);
  bool set_element(JsObject& array, const std::string& key, const JsValue& value, Place where);

  // operators.cpp
  std::optional<std::string> key_of(const JsValue& value, const Cause*& cause);
  bool is_without_text(JsObject& object);
  JsValue primitive(const JsValue& value);
  JsValue equality(std::string_view op, const JsValue& left, const JsValue& right, Place where);

  Files m_files;
  Environment m_environment;
  std::deque<Module> m_modules{};
  std::unordered_map<std::string, Module*> m_by_path{};
  std::deque<Scope> m_scopes{};
  std::deque<JsObject> m_objects{};
  std::deque<Cause> m_causes{};
  std::deque<Source> m_texts{};                                        // JSON texts that were parsed
  std::deque<JsString> m_kept_texts{};                                 // what m_texts and tokens point into
  std::unordered_map<const std::string*, std::string> m_file_names{};  // of texts that open() gave
  std::unordered_map<std::string, JsValue> m_globals{};
  std::unordered_set<const Closure*> m_forgetting{};
  std::unordered_map<Native, JsObject*> m_natives{};
  std::vector<std::string_view> m_labels{};  ///< in front of the loop that comes next
  std::size_t m_steps_left = 0;
  std::size_t m_steps_to_forget_left = k_steps_to_forget;
  bool m_has_classes = false;  ///< what they do later, any unknown function may start
  std::vector<Escaped>
      m_escaped{};  ///< functions that are part of something unknown, and code that makes some
  bool m_running_escaped = false;
  std::vector<Escaped> m_later{};  ///< runs behind the last statement, before k6 reads the options
  std::map<std::tuple<const Source*, std::size_t, std::size_t>, Mentions> m_mentions{};
  std::deque<Function> m_class_functions{};  ///< what stands for them
  bool m_patched = false;                    ///< methods of JavaScript were changed
  std::size_t m_changes = 0;                 ///< counts what may change an object
  std::size_t m_stops = 0;
  std::size_t m_depth = 0;
  std::size_t m_tries = 0;        // try blocks around the code that runs
  const Cause* m_risk = nullptr;  // the first thing in them that may have thrown
  std::size_t m_bytes = 0;        // of all texts made and files read
};

/// Thrown by a native function where it needs what is not known: then its result is not known.
struct NotKnown {
  const Cause* cause = nullptr;
};

/// The functions and objects that every script has: `Object`, `JSON`, `parseInt`, ...; unknown where this
/// tool does not know it. natives.cpp
std::optional<JsValue> make_global(Evaluator& evaluator, const std::string& name);

/// Whether JavaScript has such a property, which the tool does not know: an iterator, `constructor`, ...
bool exists_otherwise(const JsValue& self, std::string_view name);

/// Whether a global of this name is there though the tool does not know it. natives.cpp
bool exists_in_k6(std::string_view name);

/// `includes` of a string, `map` of a list, ...: null where there is no such method. natives.cpp
Native find_method(const JsValue& self, std::string_view name);

/// The names that a declaration at the top level of a file gives values to.
void names_declared_by(const Statement& declaration, std::vector<std::string>& names);

/// ToInt32, for the operators on bits.
std::int32_t to_int32(double value);

/// "0", "17": the index of an element.
std::optional<std::size_t> array_index(std::string_view key);

bool is_ascii(std::string_view text);

NativeTraits traits_of(Native function);

}  // namespace k6apm::evaluation
