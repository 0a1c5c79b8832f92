# Sources from Debian, checked against images/sources.lock. Source after parts.sh.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

SOURCES=$(cache_root)/sources
readonly SOURCES

# Lines of sources.lock for a package: FILE SHA256 for each of its files.
#   locked_files PACKAGE
locked_files() {
    awk -v package="$1" '$1 == package { print $3, $4 }' "$IMAGES/sources.lock"
}

locked_version() {
    awk -v package="$1" '$1 == package { print $2; exit }' "$IMAGES/sources.lock"
}

# Succeeds when every locked file of a package is there and right.
have_locked() {
    local file sum
    while read -r file sum; do
        [[ -f $SOURCES/$file ]] || return 1
        printf '%s  %s\n' "$sum" "$SOURCES/$file" | sha256sum --check --status ||
            fail "$SOURCES/$file does not have the sha256 in images/sources.lock; delete it and build again"
    done < <(locked_files "$1")
}

# A private apt: the machine's own Debian archives and keys, with source packages, and nothing of the system changed.
private_apt() {
    local folder=$SOURCES/.apt suites
    mkdir -p "$folder"/{lists/partial,cache/archives/partial,parts}
    # shellcheck disable=SC1091
    suites="($(. /etc/os-release && printf %s "${VERSION_CODENAME:-stable}")|stable|oldstable|testing|unstable|sid)"
    suites+="(-security|-updates|-proposed-updates)?"
    rm -f "$folder"/parts/*
    derive_sources "$suites" "$folder/parts"
    compgen -G "$folder/parts/*" >/dev/null ||
        fail "no Debian archive is configured under /etc/apt; the guest is built from Debian's source packages"
    cat >"$folder/apt.conf" <<EOF
Dir::State::lists "$folder/lists";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$folder/parts";
Acquire::Languages "none";
EOF
    # As root apt would drop to a user who cannot write to the cache folder.
    ((EUID != 0)) || echo 'APT::Sandbox::User "root";' >>"$folder/apt.conf"
    export APT_CONFIG=$folder/apt.conf
}

# Writes the machine's Debian sources, in both of apt's formats, with binary and source types.
#   derive_sources SUITES-REGEX FOLDER
derive_sources() {
    local file number=0
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -r $file ]] || continue
        number=$((number + 1))
        sed -nE "s/^[[:space:]]*deb(-src)?([[:space:]].*[[:space:]]$1[[:space:]].*)/deb\2\ndeb-src\2/p" "$file" |
            awk '!seen[$0]++' >"$2/$number.list"
        [[ -s $2/$number.list ]] || rm "$2/$number.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -r $file ]] || continue
        number=$((number + 1))
        # Paragraphs of a deb822 file: keep those whose suites are Debian's.
        awk -v RS= -v ORS='\n\n' -v suites="(^|\n)Suites:([^\n]*[[:space:]])?$1([[:space:]]|\n|$)" \
            '$0 ~ suites && $0 !~ /(^|\n)Enabled:[[:space:]]*no/' "$file" |
            sed -E 's/^Types:.*/Types: deb deb-src/' >"$2/$number.sources"
        [[ -s $2/$number.sources ]] || rm "$2/$number.sources"
    done
}

# The files of a package at a version, from apt, which checks them against Debian's signed index.
#   download PACKAGE VERSION
download() {
    case $1 in
        linux-source-*) run sources apt-get -q download "$1=$2" ;;
        *) run sources apt-get -q source --download-only "$1=$2" ;;
    esac
}

# The versions that the archives have.
known_versions() {
    local command=showsrc
    [[ $1 != linux-source-* ]] || command=show
    apt-cache "$command" "$1" 2>/dev/null | awk '$1 == "Version:" { print $2 }' | sort -uV
}

# Gets one package; sets VERSION_<package> to the version that is there.
fetch_package() {
    local package=$1 version versions newest
    version=$(locked_version "$package")
    if ! have_locked "$package"; then
        [[ -n ${APT_CONFIG:-} ]] || {
            private_apt
            run sources apt-get -q update
        }
        versions=$(known_versions "$package")
        newest=${versions##*$'\n'}
        if grep -qxF "$version" <<<"$versions"; then
            download "$package" "$version"
            have_locked "$package" || fail "apt did not deliver all files of $package $version"
        elif [[ -n $newest && ($package == linux-source-* || ${newest%%-*} == "${version%%-*}") ]]; then
            say "Debian no longer has $package $version of images/sources.lock; using $newest, which its signed index vouches for"
            version=$newest
            download "$package" "$version"
        else
            fail "Debian has $package ${newest:-nowhere}, images/sources.lock wants $version: update the lock and the patches"
        fi
    fi
    printf -v "VERSION_${package//[^a-z0-9]/_}" %s "$version"
}

fetch_sources() {
    local package
    mkdir -p "$LOGS"
    # apt downloads to the current folder.
    pushd "$SOURCES" >/dev/null || fail "cannot enter $SOURCES"
    for package in musl busybox linux-source-6.12; do
        fetch_package "$package"
    done
    popd >/dev/null || fail "cannot leave $SOURCES"
    unset APT_CONFIG
}

# Unpacks a source package, with Debian's patches, to a folder.
#   unpack_source PACKAGE FOLDER
unpack_source() {
    local version=VERSION_$1
    version=${!version}
    # apt has checked the hashes in the .dsc; its signer's key is rarely installed.
    run "$1" dpkg-source --no-check -x "$SOURCES/$1_${version#*:}.dsc" "$2"
}
