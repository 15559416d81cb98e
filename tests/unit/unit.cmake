# doctest itself, compiled once for all.
add_library(unit_main OBJECT unit/main.cpp)
target_link_libraries(unit_main PRIVATE k6apm_options doctest::doctest)

if(K6APM_PCH)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp "")
  add_library(unit_pch OBJECT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(unit_pch PRIVATE k6apm_options fmt::fmt nlohmann_json::nlohmann_json doctest::doctest)
  target_compile_definitions(unit_pch PRIVATE K6APM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(unit_pch PRIVATE $<$<OR:$<CONFIG:Release>,$<CXX_COMPILER_ID:Clang>>:-O0>)  # as the tests
  target_precompile_headers(unit_pch PRIVATE ${k6apm_precompiled} <doctest/doctest.h>)
endif()

# One unit-test program per room, named after it; the cases stand in tests/unit/ROOM/.
foreach(room IN ITEMS text series script evaluation apm k6 providers delivery cli preview)
  file(GLOB sources CONFIGURE_DEPENDS unit/${room}/*_test.cpp)
  if(sources)
    add_executable(unit_${room} ${sources})
    target_link_libraries(unit_${room} PRIVATE unit_main k6apm_options k6apm_${room} doctest::doctest Threads::Threads)
    target_compile_definitions(unit_${room} PRIVATE K6APM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_target_properties(unit_${room} PROPERTIES UNITY_BUILD OFF)  # each file has helpers of its own
    # What is under test is optimised; the tests themselves only take longer to compile that way.
    target_compile_options(unit_${room} PRIVATE $<$<OR:$<CONFIG:Release>,$<CXX_COMPILER_ID:Clang>>:-O0>
                           $<$<CXX_COMPILER_ID:Clang>:SHELL:-include ${CMAKE_CURRENT_SOURCE_DIR}/unit/capture.hpp>)
    if(K6APM_PCH AND NOT room STREQUAL "text")
      target_precompile_headers(unit_${room} REUSE_FROM unit_pch)
    endif()
    add_test(NAME unit_${room} COMMAND unit_${room})
    set_tests_properties(unit_${room} PROPERTIES LABELS unit TIMEOUT 900)
  endif()
endforeach()

target_link_libraries(unit_apm PRIVATE LibArchive::LibArchive)  # its tests pack archives
