# musl's or1k table is the asm-generic one of 32-bit machines. This turns it
# into what the wasm kernel has: time64 calls only, under both names, because
# musl compares the two to find out that there is nothing to fall back to.
/or1k_atomic/d
s/__NR_gettimeofday_time32 169/__NR_gettimeofday 169/
s/__NR_settimeofday_time32 170/__NR_settimeofday 170/
/_time32/d
/__NR_timer_[gs]ettime32/d
/__NR_timerfd_[gs]ettime32/d
/__NR_clock_settime32/d
/__NR_clock_gettime32/d
/__NR_clock_adjtime 266/d
/__NR_adjtimex/d
/__NR_io_getevents/d
/__NR_io_pgetevents 292/d
s/__NR_pselect6 72/__NR_pselect6 413/
s/__NR_ppoll 73/__NR_ppoll 414/
s/__NR_utimensat 88/__NR_utimensat 412/
s/__NR_futex 98/__NR_futex 422/
s/__NR_sched_rr_get_interval 127/__NR_sched_rr_get_interval 423/
s/__NR_rt_sigtimedwait 137/__NR_rt_sigtimedwait 421/
s/__NR_mq_timedsend 182/__NR_mq_timedsend 418/
s/__NR_mq_timedreceive 183/__NR_mq_timedreceive 419/
s/__NR_semtimedop 192/__NR_semtimedop 420/
s/__NR_recvmmsg 243/__NR_recvmmsg 417/
$a\
#define __NR_clock_gettime 403\
#define __NR_clock_settime 404\
#define __NR_clock_adjtime 405\
#define __NR_clock_getres 406\
#define __NR_clock_nanosleep 407\
#define __NR_timer_gettime 408\
#define __NR_timer_settime 409\
#define __NR_timerfd_gettime 410\
#define __NR_timerfd_settime 411
