# Makes page_template.cpp: the page with its styles and scripts inside, cut where the data goes.
#   cmake -DSOURCE=src/preview -DUPLOT=DIR -DOUTPUT=FILE -P embed.cmake
# DIR has uPlot.iife.min.js and uPlot.min.css.
cmake_minimum_required(VERSION 3.25)

# The base64 of a SHA-256 in hexadecimal, as a Content-Security-Policy has it.
function(base64_of hex result)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  set(text "")
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}00" ${at} 6 three_bytes)  # 32 bytes, and one of padding
    foreach(shift IN ITEMS 18 12 6 0)
      math(EXPR digit "(0x${three_bytes} >> ${shift}) & 63")
      string(SUBSTRING "${alphabet}" ${digit} 1 character)
      string(APPEND text "${character}")
    endforeach()
  endforeach()
  string(SUBSTRING "${text}" 0 43 text)
  set(${result} "${text}=" PARENT_SCOPE)
endfunction()

# A source of a policy that allows just this text.
function(hash_of text result)
  string(SHA256 hex "${text}")
  base64_of(${hex} base64)
  set(${result} "'sha256-${base64}'" PARENT_SCOPE)
endfunction()

file(READ "${SOURCE}/page.html" html)
file(READ "${SOURCE}/page.css" page_css)
file(READ "${SOURCE}/charts.js" charts_js)
file(READ "${SOURCE}/page.js" page_js)
set(page_js "\"use strict\";\n(() => {\n${charts_js}${page_js}})();\n")
file(READ "${UPLOT}/uPlot.min.css" uplot_css)
file(READ "${UPLOT}/uPlot.iife.min.js" uplot_js)
foreach(text IN ITEMS page_css uplot_css page_js uplot_js)
  string(TOLOWER "${${text}}" lower)
  if(lower MATCHES "</(script|style)|<!--")
    message(FATAL_ERROR "${text} cannot stand in a page: it ends its element")
  endif()
endforeach()
if(NOT uplot_js MATCHES "^/\\*! https://github.com/leeoniya/uPlot")
  message(FATAL_ERROR "${UPLOT}/uPlot.iife.min.js does not begin with uPlot's own comment, which has to stay")
endif()

# What a policy compares is the text of the element, whole.
foreach(text IN ITEMS page_css uplot_css page_js uplot_js)
  hash_of("${${text}}" ${text}_hash)
endforeach()
set(policy "default-src 'none'; style-src ${uplot_css_hash} ${page_css_hash}; script-src ${uplot_js_hash} ${page_js_hash}; base-uri 'none'; form-action 'none'")
string(REPLACE "@POLICY@" "${policy}" html "${html}")
string(REPLACE "@UPLOT_CSS@" "${uplot_css}" html "${html}")
string(REPLACE "@PAGE_CSS@" "${page_css}" html "${html}")
string(REPLACE "@PAGE_JS@" "${page_js}" html "${html}")
string(REPLACE "@UPLOT_JS@" "${uplot_js}" html "${html}")

string(FIND "${html}" "@DATA@" cut)
string(SUBSTRING "${html}" 0 ${cut} before)
math(EXPR cut "${cut} + 6")
string(SUBSTRING "${html}" ${cut} -1 after)
foreach(part IN ITEMS before after)
  string(FIND "${${part}}" ")k6apm\"" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "the page holds what ends a string of its source")
  endif()
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed.cmake.
#include \"preview/page_template.hpp\"

namespace k6apm::preview {

const std::string_view k_before_data = R\"k6apm(${before})k6apm\";
const std::string_view k_after_data = R\"k6apm(${after})k6apm\";

}  // namespace k6apm::preview
")
