# Fails where the committed manual and completions are not what the table of flags gives: `ninja docs` writes them anew.
#
#     cmake -DGENERATOR=generate_docs -DSOURCE=DIR -DOUTPUT=DIR -P fresh.cmake
file(REMOVE_RECURSE ${OUTPUT})
execute_process(COMMAND ${GENERATOR} ${SOURCE} ${OUTPUT} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "generate_docs failed")
endif()
set(stale)
foreach(file IN ITEMS man/k6apm.1 completions/k6apm.bash completions/_k6apm completions/k6apm.fish)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${SOURCE}/${file} ${OUTPUT}/${file} RESULT_VARIABLE differs)
  if(differs)
    list(APPEND stale ${file})
  endif()
endforeach()
if(stale)
  message(FATAL_ERROR "not as the table of flags gives them: ${stale}; run ninja docs")
endif()
