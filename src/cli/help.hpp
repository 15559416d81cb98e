// Everything that is generated from the table of flags.
#pragma once

#include <string>

namespace k6apm::cli {

std::string usage();         ///< what k6apm alone prints
std::string short_help();    ///< -h, one screen
std::string long_help();     ///< --help
std::string version_text();  ///< -V

/// The OPTIONS section of the man page, in mdoc. Throws std::logic_error where a flag has no long
/// description.
std::string man_options();

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace k6apm::cli
