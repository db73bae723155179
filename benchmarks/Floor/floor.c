// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "floor.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static void make_raw(int fd) {
    struct termios line;
    if (tcgetattr(fd, &line) == 0) {
        cfmakeraw(&line);
        tcsetattr(fd, TCSANOW, &line);
    }
}

int floor_open_pty(char *slave, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master) || ptsname_r(master, slave, size)) return -1;
    int keep = open(slave, O_RDWR | O_NOCTTY);
    if (keep < 0) return -1;
    make_raw(keep);
    return master;  // `keep` stays open on purpose: the line must not hang up between two programs
}

void floor_echo(int master) {
    char buffer[4096];
    for (;;) {
        ssize_t got = read(master, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
        for (ssize_t at = 0; at < got;) {
            ssize_t put = write(master, buffer + at, (size_t)(got - at));
            if (put < 0 && errno != EINTR) return;
            if (put > 0) at += put;
        }
    }
}

int floor_open_slave(const char *path) {
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) make_raw(fd);
    return fd;
}

int floor_exchange(int fd, size_t size, size_t count, uint64_t *nanoseconds) {
    char out[256], in[256];
    if (size > sizeof out) return -1;
    memset(out, 0x55, size);
    for (size_t i = 0; i < count; i++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        if (write(fd, out, size) != (ssize_t)size) return -1;
        for (size_t have = 0; have < size;) {
            ssize_t got = read(fd, in + have, size - have);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return -1;
            have += (size_t)got;
        }
        clock_gettime(CLOCK_MONOTONIC, &after);
        nanoseconds[i] = (uint64_t)(after.tv_sec - before.tv_sec) * 1000000000u + (uint64_t)(after.tv_nsec - before.tv_nsec);
    }
    return 0;
}

int floor_pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int floor_spawn_echo(char *slave, size_t size) {
    int master = floor_open_pty(slave, size);
    if (master < 0) return -1;
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        floor_echo(master);
        _exit(0);
    }
    return child;
}
