# Brings what was installed for a package to where Debian wants it; run by cpack on the tree that becomes the package.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)

# Without name and time, so that the same files give the same bytes.
function(compress)
  execute_process(COMMAND gzip -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(MAKE_DIRECTORY ${share}/zsh/vendor-completions)
file(RENAME ${share}/zsh/site-functions/_k6apm ${share}/zsh/vendor-completions/_k6apm)
file(REMOVE_RECURSE ${share}/zsh/site-functions)
file(GLOB manuals ${share}/man/man*/*.[0-9])
compress(${manuals})
file(MAKE_DIRECTORY ${share}/doc/k6apm)
file(COPY ${CPACK_K6APM_PACKAGING_DIR}/copyright DESTINATION ${share}/doc/k6apm)
file(COPY ${CPACK_K6APM_CHANGELOG} DESTINATION ${share}/doc/k6apm)
compress(${share}/doc/k6apm/changelog)

# zlib is one of the libraries that are linked statically, for a shorter start.
file(WRITE ${share}/lintian/overrides/k6apm "k6apm: embedded-library zlib *\n")

# Whatever the umask is.
set(for_all_to_enter OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
file(CHMOD_RECURSE ${share} FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
                            DIRECTORY_PERMISSIONS ${for_all_to_enter})
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
file(CHMOD ${usr} ${usr}/bin ${share} PERMISSIONS ${for_all_to_enter})
