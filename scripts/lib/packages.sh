# Debian packages: install them as root, or say which ones a person must install. Source after common.sh.
# shellcheck shell=bash

# Succeeds when the Debian package is installed.
has_package() {
    local state
    state=$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) && [[ $state == 'install ok installed' ]]
}

# Runs apt-get as root, without a question. Another apt-get may hold the lock (a machine that has just started): wait for it.
apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}

# Makes sure that Debian packages are there.
#   need_packages NAME...
need_packages() {
    local missing=() name
    for name in "$@"; do
        has_package "$name" || missing+=("$name")
    done
    ((${#missing[@]} == 0)) && return
    command -v apt-get >/dev/null || fail "these packages are needed (Debian names): ${missing[*]}"
    ((EUID == 0)) || fail "packages are missing; run: sudo apt-get install ${missing[*]}"
    step "Installing Debian packages: ${missing[*]}"
    # A list that is old or missing names packages that are gone. A source that does not answer need not matter.
    apt_get update || say "apt-get update reported errors; going on with the package lists that are there"
    apt_get install --no-install-recommends "${missing[@]}" ||
        fail "apt-get could not install: ${missing[*]}"
}
