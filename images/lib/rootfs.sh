# The root tree, and the images made of it: an initramfs, an ext4 disk and a squashfs.
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

readonly DISK_SIZE=64M

# Everything in it belongs to root in the guest; device nodes come from devtmpfs.
#   make_tree FOLDER
make_tree() {
    local tree=$1 link
    mkdir -p "$tree"/{bin,sbin,dev,proc,sys,run,tmp,mnt,etc,root,usr/bin,usr/sbin,usr/local/bin,var/log,home}
    ln -s ../run "$tree/var/run"
    cp -r "$IMAGES/rootfs/." "$tree"
    # shellcheck disable=SC2154
    cp "$PART_busybox/busybox" "$tree/bin/busybox"
    while read -r link; do
        [[ -e $tree$link ]] || ln -s /bin/busybox "$tree$link"
    done <"$PART_busybox/busybox.links"
    # shellcheck disable=SC2154
    cp "$PART_programs"/{bench,disk,selftest} "$tree/usr/bin"
    cp "$PART_programs/init" "$tree/sbin/init"
    cp "$IMAGES/programs/shelltest.sh" "$tree/usr/bin/shelltest"
    ln -s sbin/init "$tree/init"
    ln -s /proc/mounts "$tree/etc/mtab"
    find "$tree" -type d -exec chmod 755 {} +
    find "$tree" -type f -exec chmod 644 {} +
    chmod 755 "$tree"/bin/busybox "$tree"/sbin/init "$tree"/usr/bin/{bench,disk,selftest,shelltest}
    chmod 700 "$tree/root"
    chmod 1777 "$tree/tmp"
}

# Not compressed: unpacking is work for the guest at every start, reading a megabyte more is none for the host.
make_initramfs() {
    (cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc -R 0:0 --reproducible) >"$2"
}

make_ext4() {
    local path
    truncate -s "$DISK_SIZE" "$2"
    run rootfs /sbin/mke2fs -q -F -t ext4 -b 4096 -L tuxloom -m 0 -E lazy_itable_init=0,root_owner=0:0 -d "$1" "$2"
    ((EUID == 0)) && return
    # mke2fs keeps the builder's user id: give every file to root.
    (cd "$1" && find . -mindepth 1 -printf '/%P\n') | while read -r path; do
        printf 'set_inode_field "%s" uid 0\nset_inode_field "%s" gid 0\n' "$path" "$path"
    done >"$2.owners"
    run rootfs /sbin/debugfs -w -f "$2.owners" "$2"
    rm "$2.owners"
}

make_squashfs() {
    run rootfs mksquashfs "$1" "$2" -all-root -noappend -no-progress -quiet -comp gzip
}

# The facts that the host reads, written last: a folder without it is not complete.
write_manifest() {
    local folder=$1 key=$2 name file
    {
        printf 'format=1\nkey=%s\n' "$key"
        for name in kernel:vmlinux.wasm initramfs:initramfs.cpio disk.ext4:root.ext4 disk.squashfs:root.squashfs; do
            file=${name#*:}
            name=${name%%:*}
            printf '%s=%s\n%s.bytes=%s\n%s.sha256=%s\n' "$name" "$file" "$name" "$(stat -c %s "$folder/$file")" \
                "$name" "$(sha256sum <"$folder/$file" | cut -c 1-64)"
        done
        # shellcheck disable=SC2154
        printf 'linux.version=%s\nmusl.version=%s\nbusybox.version=%s\nclang.version=%s\n' "$VERSION_linux_source_6_12" \
            "$VERSION_musl" "$VERSION_busybox" "$(dpkg-query -W -f '${Version}' "clang-$LLVM" 2>/dev/null || echo unknown)"
    } >"$folder/manifest.properties"
}

#   publish_images OUTPUT KEY
publish_images() {
    local output=$1 key=$2 folder=$1/.$2.new tree
    tree=$(cache_root)/work/tree
    rm -rf "$folder" "$tree"
    mkdir -p "$folder" "$tree"
    make_tree "$tree"
    # shellcheck disable=SC2154
    cp "$PART_linux/vmlinux.wasm" "$folder"
    make_initramfs "$tree" "$folder/initramfs.cpio"
    # Every start would have to unpack it: only the disks have it.
    cp "$PART_programs/selftest-variant" "$tree/usr/bin"
    chmod 755 "$tree/usr/bin/selftest-variant"
    make_ext4 "$tree" "$folder/root.ext4"
    make_squashfs "$tree" "$folder/root.squashfs"
    write_manifest "$folder" "$key"
    rm -rf "$tree" "${output:?}/$key"
    mv -T "$folder" "$output/$key"
    point_current_at "$output" "$key"
}
