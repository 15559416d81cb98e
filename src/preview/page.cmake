# The page of --preview, made of its template and uPlot, which npm gets once, or which is in K6APM_UPLOT_DIR.
set(K6APM_UPLOT_DIR "" CACHE PATH "Directory with uPlot.iife.min.js and uPlot.min.css, instead of getting them by npm")
set(preview_source ${CMAKE_CURRENT_SOURCE_DIR}/preview)
set(preview_binary ${CMAKE_CURRENT_BINARY_DIR}/preview)

if(K6APM_UPLOT_DIR)
  set(uplot_dir ${K6APM_UPLOT_DIR})
  foreach(name IN ITEMS uPlot.iife.min.js uPlot.min.css)
    if(NOT EXISTS ${uplot_dir}/${name})
      message(FATAL_ERROR "K6APM_UPLOT_DIR: there is no ${uplot_dir}/${name}")
    endif()
  endforeach()
  set(uplot_files ${uplot_dir}/uPlot.iife.min.js ${uplot_dir}/uPlot.min.css)
else()
  find_program(K6APM_NPM npm)
  if(NOT K6APM_NPM)
    message(FATAL_ERROR "npm is missing, which gets uPlot, the library of the charts of --preview.\n"
                        "Install it: apt-get install npm\n"
                        "or name a directory with uPlot.iife.min.js and uPlot.min.css: -DK6APM_UPLOT_DIR=DIR")
  endif()
  set(uplot_dir ${preview_binary}/npm/node_modules/uplot/dist)
  set(uplot_files ${preview_binary}/npm/installed)
  # Only where the lock changed: whoever builds again needs no network.
  add_custom_command(
    OUTPUT ${uplot_files}
    COMMAND ${CMAKE_COMMAND} -E copy ${preview_source}/package.json ${preview_source}/package-lock.json
            ${preview_binary}/npm/
    COMMAND ${CMAKE_COMMAND} -E chdir ${preview_binary}/npm ${K6APM_NPM} ci --ignore-scripts --no-audit --no-fund
            --prefer-offline --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${uplot_files}
    DEPENDS ${preview_source}/package.json ${preview_source}/package-lock.json
    COMMENT "Getting uPlot by npm" VERBATIM)
  file(MAKE_DIRECTORY ${preview_binary}/npm)
endif()

add_custom_command(
  OUTPUT ${preview_binary}/page_template.cpp
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${preview_source} -DUPLOT=${uplot_dir} -DOUTPUT=${preview_binary}/page_template.cpp
          -P ${preview_source}/embed.cmake
  DEPENDS ${preview_source}/page.html ${preview_source}/page.css ${preview_source}/charts.js
          ${preview_source}/page.js ${preview_source}/embed.cmake ${uplot_files}
  COMMENT "Making the page of --preview" VERBATIM)
target_sources(k6apm_preview PRIVATE ${preview_binary}/page_template.cpp)
# The text of a page is longer than what every compiler has to take.
set_source_files_properties(${preview_binary}/page_template.cpp PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
