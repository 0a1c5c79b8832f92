#!/bin/sh
# What the shell of the guest must be able to do. Prints "PASS name" or "FAIL name: why"; the status is 1 when one failed.
# SPDX-License-Identifier: Apache-2.0

passed=0
failed=0
dir=/tmp/shelltest.$$
mkdir -p "$dir" && cd "$dir" || exit 1

# check NAME EXPECTED ACTUAL
check() {
    if [ "$2" = "$3" ]; then
        echo "PASS shell/$1"
        passed=$((passed + 1))
    else
        echo "FAIL shell/$1: got '$3', not '$2'"
        failed=$((failed + 1))
    fi
}

check pipeline 3 "$(printf 'a\nb\nc\n' | cat | wc -l)"
check long-pipeline ok "$(echo ok | cat | cat | cat | cat | cat | cat | cat | cat)"
check pipeline-status 1 "$(true | false; echo $?)"
check negation 0 "$(! false; echo $?)"
check substitution-nests abc "$(echo a$(echo b$(echo c)))"
check substitution-status 3 "$(x=$(exit 3); echo $?)"
check backquotes 5 "$(echo `expr 2 + 3`)"
check arithmetic 42 $(((2 + 4) * 7))
check arithmetic-assigns 6 "$(i=5; echo $((i += 1)))"

echo one >file
echo two >>file
check redirection 'one two' "$(echo $(cat <file))"
check stderr-joins 'out err' "$(echo $( (echo out; echo err >&2) 2>&1))"
exec 5>fd5
echo five >&5
exec 5>&-
check numbered-descriptor five "$(cat fd5)"
check here-document 'x is 7' "$(x=7; cat <<END
x is $x
END
)"
check quoted-here-document 'x is $x' "$(cat <<'END'
x is $x
END
)"
check big-here-document 2000 "$(cat <<END | wc -l
$(seq 2000)
END
)"

check for-loop 'a-b-c-' "$(for i in a b c; do printf '%s-' $i; done)"
check while-loop 10 "$(i=0; while [ $i -lt 10 ]; do i=$((i + 1)); done; echo $i)"
check until-loop 3 "$(i=0; until [ $i = 3 ]; do i=$((i + 1)); done; echo $i)"
check break-and-continue '1 3' "$(echo $(for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done))"
check loop-in-pipeline 6 "$(seq 3 | { s=0; while read n; do s=$((s + n)); done; echo $s; })"
check if-else no "$(if [ 1 = 2 ]; then echo yes; elif [ 2 = 3 ]; then echo maybe; else echo no; fi)"
case abc.txt in *.c) r=no ;; a*.txt | b) r=yes ;; *) r=other ;; esac
check case yes $r
check case-in-substitution yes "$(case abc.txt in (*.c) echo no ;; (a*.txt | b) echo yes ;; (*) echo other ;; esac)"

f() { local v=$1; echo "f got $v and $#"; return 4; }
check function 'f got a and 2' "$(f a b)"
f x >/dev/null
check function-status 4 $?
check function-in-pipeline 'F GOT Q R AND 1' "$(f 'q r' | tr a-z A-Z)"
check recursion 120 "$(fact() { [ $1 -le 1 ] && echo 1 || echo $(($1 * $(fact $(($1 - 1))))); }; fact 5)"

v=/usr/lib/name.tar.gz
check remove-suffix /usr/lib/name.tar ${v%.*}
check remove-longest-prefix name.tar.gz ${v##*/}
check default-value none "${unset_variable:-none}"
check assigned-default set "$(: ${w:=set}; echo $w)"
check length 20 ${#v}
check replacement /usr/bin/name.tar.gz ${v/lib/bin}
check export hello "$(export GREETING=hello; sh -c 'echo $GREETING')"
check one-command-variable temporary "$(T=temporary sh -c 'echo $T')"
set -- 'a b' c
check positional '2 a b' "$# $1"
check quoted-at 2 "$(n() { echo $#; }; n "$@")"
check splitting 3 "$(n() { echo $#; }; x='1 2 3'; n $x)"
check brace-expansion 'a1 a2' "$(echo a{1,2})"
touch g1.t g2.t
check glob 'g1.t g2.t' "$(echo g?.t)"

sleep 0.05 &
check background-pid yes "$([ -n "$!" ] && echo yes)"
wait
(sleep 0.05; exit 6) &
wait $!
check wait-status 6 $?
{ sleep 0.05; echo late >late; } &
wait
check background-group late "$(cat late)"
check background-in-substitution done "$(sleep 0.01 & wait; echo done)"
sleep 100 &
kill $!
wait $! 2>/dev/null
check kill-background 143 $?
check subshell-keeps-variables outer "$(x=outer; (x=inner); echo $x)"
check subshell-exit 9 "$( (exit 9); echo $?)"
check subshell-directory "$dir" "$( (cd /); pwd)"

check trap-on-exit 'body bye' "$(echo $(sh -c 'trap "echo bye" EXIT; echo body'))"
check trap-on-signal 'caught end' "$(echo $(sh -c 'trap "echo caught" USR1; kill -USR1 $$; echo end'))"
check trap-interrupts-wait 'caught' "$(sh -c 'trap "echo caught; exit" TERM; (sleep 0.1; kill $$) & wait; echo not')"
check ignored-signal alive "$(sh -c 'trap "" TERM; kill $$; echo alive')"

check read-fields 'c|a b' "$(echo 'a b:c' | { IFS=: read x y; echo "$y|$x"; })"
check eval 8 "$(a=b; b=8; eval echo \$$a)"
check dot-script sourced "$(echo 'y=sourced' >s.sh; . ./s.sh; echo $y)"
check script-with-arguments '2:x' "$(printf '#!/bin/sh\necho $#:$1\n' >s2.sh; chmod +x s2.sh; ./s2.sh x y)"
check not-found 127 "$(no_such_command 2>/dev/null; echo $?)"
check not-executable 126 "$(echo x >plain; ./plain 2>/dev/null; echo $?)"
check exec-replaces replaced "$(sh -c 'exec echo replaced; echo not')"
check errexit 'one' "$(sh -c 'set -e; echo one; false; echo two')"
check and-or 'b c' "$(echo $(false && echo a; true && echo b; false || echo c))"
check test-command ok "$([ -d /proc ] && [ ! -e /nope ] && [ 3 -gt 2 ] && echo ok)"
set -- -a 1 -b
r=
while getopts a:b o; do case $o in a) r="$r a=$OPTARG" ;; b) r="$r b" ;; esac; done
check getopts ' a=1 b' "$r"
check printf-builtin '007 ff' "$(printf '%03d %x' 7 255)"
check awk 6 "$(printf '1\n2\n3\n' | awk '{ s += $1 } END { print s }')"
check sed-and-grep bar "$(printf 'foo\nbaz\n' | sed 's/z/r/' | grep ba)"
check sort-and-uniq '2 a 1 b' "$(echo $(printf 'a\nb\na\n' | sort | uniq -c))"
check xargs '1-2-3' "$(seq 3 | xargs echo | tr ' ' -)"
check find ./file "$(find . -name file)"
check tar kept "$(echo kept >k && tar czf k.tgz k && rm k && tar xzf k.tgz && cat k)"
check time 0 "$(sh -c 'time true' 2>/dev/null; echo $?)"
check timeout 143 "$(timeout 0.1 sleep 5; echo $?)"
check command-from-pipe piped "$(echo 'echo piped' | sh)"
check many-processes 60 "$(i=0; while [ $i -lt 60 ]; do /bin/echo $i; i=$((i + 1)); done | wc -l)"

cd / && rm -r "$dir"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
