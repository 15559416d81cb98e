# The Debian package: `cpack -G DEB` in the directory of the build. What it needs of the system are the packages dpkg-dev,
# which finds the shared libraries out, and file.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "k6apm maintainers <maintainers@k6apm.invalid>")
set(CPACK_PACKAGE_VENDOR "k6apm maintainers")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded when they are needed, so dpkg-shlibdeps does not see them. Without libcurl nothing can be sent; only a k6 archive
# needs libarchive.
set(CPACK_DEBIAN_PACKAGE_DEPENDS libcurl4)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libarchive13, ca-certificates")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "deliver k6 load test results to Prometheus and Datadog")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "k6apm takes the files that k6 wrote with --out json or --out csv, reads the
apm block in the options of the test script, resamples and filters the
metrics, and sends them by Prometheus remote write, to Datadog and to k6
cloud, or writes the exact requests to disk.")
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${PROJECT_BINARY_DIR}/packaging/changelog @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_layout.cmake)
set(CPACK_K6APM_PACKAGING_DIR ${CMAKE_CURRENT_LIST_DIR})
set(CPACK_K6APM_CHANGELOG ${PROJECT_BINARY_DIR}/packaging/changelog)
include(CPack)
