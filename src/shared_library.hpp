// A library of others that is loaded where it is first needed. One that the program is linked to is loaded at
// every start, with all that it needs itself: libcurl brings 33 others, 20 ms, and most runs of a converter
// send nothing.
#pragma once

#include <string>
#include <string_view>

namespace k6apm {

/// Stays loaded until the program ends. Derive from it, with a member for each function that is used.
class SharedLibrary {
 protected:
  /// What a name stands for; becomes a pointer to the function's own type.
  class Symbol {
   public:
    explicit Symbol(void* address) : m_address(address) {}
    template <typename Function>
    operator Function*() const {  // NOLINT(google-explicit-constructor): what is asked for says the type
      return reinterpret_cast<Function*>(m_address);
    }

   private:
    void* m_address;
  };

  /// `file` is the name with the version of the interface, which the system looks up as it does at a start;
  /// `purpose` ("sending") and `package`, the one of Debian that has it, are for the message. Throws
  /// Error(usage) where it is missing.
  SharedLibrary(std::string file, std::string_view purpose, std::string_view package);
  ~SharedLibrary() = default;

  /// Throws Error(usage) where the library, being too old, has no such function.
  Symbol function(const char* name) const;

 private:
  std::string m_file;
  void* m_handle;
};

}  // namespace k6apm
