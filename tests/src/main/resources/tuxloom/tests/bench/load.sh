# shellcheck shell=sh
# The guest's part of scripts/longrun: a process for each stream of load, until the host types the block that says stop. Each round of a
# stream ends with a line on the console, which the host checks (LoadStreams.java); `k` and the stream's name say that it got on, `e` that a
# command did not start or failed: a mistake. Disks: /dev/vda ext4, /dev/vdb blocks of 64 KiB, /dev/vdc this script and random bytes.

pause=30000

# Fails for what md5sum says of nothing, or if there was no md5sum: a command before it was not started. $1: the stream.
summed() {
    case $2 in
    '' | d41d8cd98f00b204e9800998ecf8427e*)
        echo "e $1"
        return 1
        ;;
    esac
}

stopped() {
    [ -e /tmp/stop ]
}

# Writes, syncs, reads and deletes files: sixteen names in turn. $1 letter, $2 bytes at most.
files() {
    i=0
    while ! stopped; do
        i=$((i + 1))
        file=$1$((i % 16))
        rm -f "/mnt/$file"
        new=$(head -c $((1 + i * 7919 % $2)) /dev/urandom | tee "/mnt/$file" | md5sum)
        summed "files $1" "$new" || continue
        echo "k files $1"
        fsync "/mnt/$file"
        echo "${new%% *}" >"/tmp/sum-$file"
        echo "f $file ${new%% *}"
        old=$1$(((i + 6) % 16))
        if [ -e "/tmp/sum-$old" ]; then
            read=$(md5sum "/mnt/$old")
            summed "files $1" "$read" || continue
            echo "k files $1"
            [ "${read%% *}" = "$(cat "/tmp/sum-$old")" ] || echo "bad file $old: $read, was $(cat "/tmp/sum-$old")"
        fi
        usleep $pause
    done
}

# Writes blocks, reads those of some rounds ago, and now and then discards one. $1: 0 or 1, which half of the disk.
blocks() {
    i=0
    while ! stopped; do
        i=$((i + 1))
        at=$(($1 * 128 + i * 37 % 128))
        if [ $((i % 16)) = 0 ]; then
            # It wants the disk for itself, and the other half's process may have it.
            until blkdiscard -o $((at * 65536)) -l 65536 /dev/vdb 2>/dev/null; do
                usleep $pause
            done
            echo "d $at"
        else
            said=$(yes "block $at generation $i" | dd of=/dev/vdb bs=64k seek=$at count=1 conv=notrunc,fsync iflag=fullblock 2>&1)
            case $said in
            *"1+0 records out"*) echo "b $at $i" ;;
            *)
                echo "e blocks $1"
                i=$((i - 1))
                continue
                ;;
            esac
        fi
        then=$((i - 100))
        if [ $then -gt 0 ]; then
            at=$(($1 * 128 + then * 37 % 128))
            if [ $((then % 16)) = 0 ]; then
                wanted=$(head -c 65536 /dev/zero | md5sum)
            else
                wanted=$(yes "block $at generation $then" | head -c 65536 | md5sum)
            fi
            echo "k blocks $1"
            blockdev --flushbufs /dev/vdb
            read=$(dd if=/dev/vdb bs=64k skip=$at count=1 status=none | md5sum)
            if ! summed "blocks $1" "$wanted" || ! summed "blocks $1" "$read"; then
                continue
            fi
            echo "k blocks $1"
            [ "$read" = "$wanted" ] || echo "bad block $at of generation $then: $read, not $wanted"
        fi
        usleep $pause
    done
}

# Reads a whole disk.
scan() {
    while ! stopped; do
        blockdev --flushbufs /dev/vdc
        echo "k scan"
        read=$(md5sum /dev/vdc)
        summed scan "$read" && echo "c $read"
        usleep $pause
    done
}

# Small lines with numbers that go on.
numbers() {
    i=0
    while ! stopped; do
        if seq -s . $i $((i + 99)); then
            i=$((i + 100))
        else
            echo "e numbers"
        fi
        usleep $pause
    done
}

# Many lines at once.
lines() {
    while ! stopped; do
        dd if=/tmp/lines bs=64k status=none || echo "e lines"
        usleep $pause
    done
}

# Reads what the host types, 4 KiB at a time. $1: the checksum of the block that says stop.
typed() {
    while ! stopped; do
        read=$(dd bs=4k count=1 iflag=fullblock status=none | md5sum)
        summed typed "$read" || continue
        echo "i ${read%% *}"
        [ "${read%% *}" != "$1" ] || : >/tmp/stop
    done
}

# Gives free space back, and forgets what is cached so that it is read again.
trim() {
    while ! stopped; do
        fstrim /mnt || echo "e trim"
        echo 3 >/proc/sys/vm/drop_caches
        echo t
        usleep 500000
    done
}

main() {
    stty raw -echo
    mount -o discard /dev/vda /mnt || echo "bad mount"
    seq 1 400 | sed 's/.*/p & a line that is told from the others by its number only/' >/tmp/lines
    echo load-begins
    sh "$0" files a 40000 &
    sh "$0" files b 400000 &
    sh "$0" blocks 0 &
    sh "$0" blocks 1 &
    sh "$0" scan &
    sh "$0" numbers &
    sh "$0" lines &
    sh "$0" typed "$1" </dev/hvc0 &
    sh "$0" trim &
    wait
    umount /mnt || echo "bad umount"
    for disk in vda vdb vdc; do
        echo "s $disk $(cat /sys/block/$disk/stat)"
    done
    echo load-ends
    poweroff
}

"$@"
