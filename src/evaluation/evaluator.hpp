// Evaluates the top level of a script and of the files it imports, without running anything that is not
// JavaScript written there: what comes from k6, from the network, from chance or the clock is not known, and
// what depends on it is not known either (ECMA-262, 8 to 16, for modules and CommonJS).
//
// What makes the result sure: wherever something happens that is not followed - a function that is not known
// is called, a condition is not known, a statement cannot be read - everything that it could change is no
// longer known from then on (`forget`, `leak`). So a value that is known is the value that k6 would see.
// Two liberties are taken: an error thrown at the top level does not end the script, which k6 would then
// refuse to run at all; and a callback given away runs then or never, since k6 has read the options before
// it runs anything later.
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
#include "evaluation/js_value.hpp"
#include "evaluation/mentions.hpp"
#include "script/script.hpp"
#include "script/value.hpp"

namespace k6apm::evaluation {

/// A declared name. An imported one has `from`, and its value is read there each time.
struct Binding {
  JsValue value{};
  bool initialised = true;
  Module* from = nullptr;
  std::string imported{};
};

struct Scope {
  Scope* parent = nullptr;
  std::unordered_map<std::string_view, Binding> bindings{};
};

/// Where code runs.
struct Frame {
  Module* module = nullptr;
  Scope* scope = nullptr;
  JsValue self{};  ///< `this`
};

/// What a file exports under a name: a name of its own, a name of another file, or a value.
struct ModuleExport {
  std::string local{};
  Module* from = nullptr;
  std::optional<JsValue> value{};
};

enum class ModuleState : unsigned char { fresh, evaluating, done };

/// A file, or a name that stands for none that can be read (`unreadable`).
struct Module {
  std::string path{};
  std::string text{};
  std::unique_ptr<Source> source{};
  std::unique_ptr<Script> script{};
  Scope* scope = nullptr;
  JsObject* common_js = nullptr;  ///< `module`, whose `exports` may be replaced
  std::map<std::string, ModuleExport, std::less<>> exports{};
  std::vector<Module*> star_exports{};
  std::optional<JsValue> json{};  ///< the value of a JSON file
  const Cause* unreadable = nullptr;
  ModuleState state = ModuleState::fresh;
  bool is_es_module = false;  ///< it has import or export statements
};

enum class Flow : unsigned char { normal, broken, continued, returned, uncertain };

/// How a statement ended. `uncertain`: it may have left the function or loop around it, because of `cause`.
struct Completion {
  Flow flow = Flow::normal;
  JsValue value{};
  std::string_view label{};
  const Cause* cause = nullptr;
};

/// A JavaScript exception on its way.
struct Thrown {
  JsValue value{};
  const Cause* cause = nullptr;
};
/// Too much work, or too deep.
struct Stopped {
  const Cause* cause = nullptr;
};

/// All of the options are not known: even what cannot be followed is too much.
struct GivenUp {
  const Cause* cause = nullptr;
};

class Evaluator {
 public:
  /// Steps for all of the script, and for forgetting what a statement could do that took too many.
  static constexpr std::size_t k_steps = 3'000'000;
  static constexpr std::size_t k_steps_to_forget = 200'000;
  /// Statements of the top level that may take too many.
  static constexpr std::size_t k_most_stops = 10;
  /// Bytes of the texts that are made and of the files that are read.
  static constexpr std::size_t k_bytes = 64UL * 1024 * 1024;

  Evaluator(Files files, Environment environment);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // -- modules.cpp
  /// The file at `path` as the script that k6 is given; `text` is its content.
  Module& main_module(std::string text, const std::string& path);
  /// Runs its top level, unless that is done or under way.
  void run(Module& module);
  /// What the file exports under `name`; nothing where it exports no such name.
  std::optional<JsValue> exported(Module& module, const std::string& name, Place place);
  Module& resolve(Module& importer, const std::string& file, Place place);
  JsValue require(Module& importer, const std::string& file, Place place);
  /// All exports as one object.
  JsValue namespace_object(Module& module, Place place);
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

  // -- properties.cpp
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
  void copy_properties(JsObject& to, const JsValue& from, Place place);

  // -- forgetting.cpp
  /// Something that is not followed may have changed all that is reachable from the value.
  void leak(const JsValue& value, const Cause* cause);
  /// The code in the range may have run, any number of times.
  void forget(const Mentions& mentions, const Frame& frame, const Cause* cause);
  const Mentions& mentions_in(const Frame& frame, Range range);
  /// Without running anything; `cause` where a getter stands there.
  JsValue peek(const JsValue& holder, const std::string& key, const Cause* cause);
  /// An exception may have been thrown here.
  void note_risk(const Cause* cause);

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

  // evaluate.cpp: one for each kind of node
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
  JsValue assign_logically(const Assignment& n, const Expression& target, Place where, Frame& frame);
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
  Binding* find_binding(std::string_view name, const Frame& frame) const;

  // calls.cpp
  JsValue call_closure(const Closure& closure, NativeCall& call);
  JsValue run_body(const Closure& closure, Frame& frame, Place where);
  void bind_parameters(const Function& function, const NativeCall& call, Frame& frame);
  JsValue call_native(const JsObject& callee, const NativeCall& call);
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
  std::string_view take_label();
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

  bool may_use_this(const JsValue& callee);
  void forget_closure(const Closure& closure, const Cause* cause);

  // properties.cpp
  JsValue widened(const JsValue& value, Place where);
  void leak_elements(JsObject& object, const Cause* cause);
  void leak_copied(const JsValue& from, const Cause* cause);
  [[noreturn]] void throw_error(const Cause* cause);
  JsValue get_of_nothing(const JsValue& holder, const std::string& key, Place where);
  JsValue get_of_object(JsObject& object, const std::string& key, const JsValue& self, Place where);
  std::optional<std::vector<std::string>> names_in_environment(const JsObject& object, Place place,
                                                               const Cause*& cause);
  JsValue get_of_environment(JsObject& object, const std::string& key, Place where);
  bool set_element(JsObject& array, const std::string& key, const JsValue& value, Place where);

  // operators.cpp
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
  std::string_view m_label{};  ///< in front of the statement that comes next
  std::size_t m_steps_left = 0;
  std::vector<JsObject*> m_classes{};
  std::map<std::tuple<const Source*, std::size_t, std::size_t>, Mentions> m_mentions{};
  std::deque<Function> m_class_functions{};  ///< what stands for them
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
/// tool does not know it. builtins.cpp
std::optional<JsValue> make_global(Evaluator& evaluator, const std::string& name);

/// Whether a global of this name is there though the tool does not know it. natives.cpp
bool exists_in_k6(std::string_view name);

/// `includes` of a string, `map` of a list, ...: null where there is no such method. builtins.cpp
Native find_method(const JsValue& self, std::string_view name);

/// The names that a declaration at the top level of a file gives values to.
void names_declared_by(const Statement& declaration, std::vector<std::string>& names);

/// ToInt32, for the operators on bits.
std::int32_t to_int32(double value);

/// "0", "17": the index of an element.
std::optional<std::size_t> array_index(std::string_view key);

/// What a native function wants to know of its arguments.
struct NativeTraits {
  bool takes_unknown = false;  ///< it is called though an argument or `this` is not known
  bool calls_back = false;     ///< it may call what it is given
};
NativeTraits traits_of(Native function);

}  // namespace k6apm::evaluation
