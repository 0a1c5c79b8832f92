;; Assembled with wat2wasm --enable-threads into shared-memory.wasm beside this file.
(module
  (import "env" "memory" (memory 1 1 shared))
  (global $turns (mut i32) (i32.const 0))
  (func (export "count") (param $n i32)
    (loop $again
      (drop (i32.atomic.rmw8.add_u (i32.const 1024) (i32.const 1)))
      (drop (i64.atomic.rmw32.add_u offset=4 (i32.const 1024) (i64.const 1)))
      (drop (i64.atomic.rmw.add (i32.const 1032) (i64.const 1)))
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "play") (param $own i32) (param $other i32) (param $rounds i32) (param $starts i32) (result i32)
    (loop $round
      (if (i32.eqz (local.get $starts))
        (then
          (loop $wait
            (if (i32.eqz (i32.atomic.load (local.get $own)))
              (then
                (drop (memory.atomic.wait32 (local.get $own) (i32.const 0) (i64.const -1)))
                (br $wait))))
          (i32.atomic.store (local.get $own) (i32.const 0))))
      (local.set $starts (i32.const 0))
      (global.set $turns (i32.add (global.get $turns) (i32.const 1)))
      (i32.atomic.store (local.get $other) (i32.const 1))
      (drop (memory.atomic.notify (local.get $other) (i32.const 1)))
      (br_if $round (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (global.get $turns)))
