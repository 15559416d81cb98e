# shellcheck shell=sh disable=SC2034
# Debian 12 packages, and how they are installed; read by quickstart.sh and run.sh.

build_packages="g++ cmake ninja-build pkg-config libcli11-dev nlohmann-json3-dev libprotobuf-dev protobuf-compiler \
libsnappy-dev libcurl4-openssl-dev doctest-dev libre2-dev libsimdjson-dev libisal-dev libzstd-dev libfmt-dev \
libxxhash-dev libarchive-dev libutf8proc-dev zlib1g-dev ca-certificates python3"
# Gets the library of the charts of --preview. Any npm will do, and Debian's draws in some hundred packages.
command -v npm >/dev/null 2>&1 || build_packages="$build_packages npm"

test_packages="prometheus victoria-metrics clang-14 clang-tidy-14 libclang-rt-14-dev mandoc zstd procps openssl \
chromium dpkg-dev file lintian"

# install_packages NAME...: installs what is missing, with root's rights or sudo; says what to type where there is
# neither.
install_packages() {
  missing=
  for package in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
      'install ok installed') ;;
      *) missing="$missing $package" ;;
    esac
  done
  if [ -z "$missing" ]; then
    return 0
  fi
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=sudo
  elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
    as_root=sudo
  else
    echo "Packages are missing. Run this as root, then start again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 1
  fi
  echo "installing:$missing"
  $as_root apt-get update -q
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}
