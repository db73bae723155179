// SPDX-License-Identifier: Apache-2.0
// What Swift cannot reach by itself: libudev, calls with a variable number of arguments, and headers that the Glibc module leaves out.
#ifndef CLINUXDEVICE_SHIM_H
#define CLINUXDEVICE_SHIM_H

// Few headers on purpose: a structure that is declared here as well as in Glibc belongs to either, as the compiler happens to load them.
#include <asm/ioctls.h>
#include <linux/hidraw.h>
#include <libudev.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

struct pollfd;
struct timespec;
extern int ioctl(int descriptor, unsigned long request, ...);
extern int flock(int descriptor, int operation);

// GNU extensions that the headers hide from a module built without _GNU_SOURCE.
extern const char *strerrorname_np(int error);
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int ppoll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout, const sigset_t *mask);

/// The name of an error number, `ENOENT`, or a null pointer for a number that is none.
static inline const char *device_error_name(int error) { return strerrorname_np(error); }

/// Names a thread for `top -H`: at most 15 bytes.
static inline int device_thread_name(pthread_t thread, const char *name) { return pthread_setname_np(thread, name); }

/// poll with nanoseconds; a null pointer waits for ever.
static inline int device_poll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout) {
    return ppoll(descriptors, count, timeout, 0);
}

/// Claims the file for this process, or fails with EWOULDBLOCK. (In Swift the name flock is the structure's.)
static inline int device_lock(int descriptor) { return flock(descriptor, 2 | 4 /* LOCK_EX, LOCK_NB */); }

// Exclusive use of a terminal: while it is set, open(2) by others fails with EBUSY (except for root).
static inline int device_exclusive_set(int descriptor) { return ioctl(descriptor, TIOCEXCL); }
static inline int device_exclusive_clear(int descriptor) { return ioctl(descriptor, TIOCNXCL); }
static inline int device_exclusive_get(int descriptor, int *exclusive) { return ioctl(descriptor, TIOCGEXCL, exclusive); }

/// Bytes that were written and have not gone out.
static inline int device_unsent_bytes(int descriptor, int *count) { return ioctl(descriptor, TIOCOUTQ, count); }

// Modem lines: TIOCM_DTR, TIOCM_RTS.
static inline int device_lines_raise(int descriptor, int lines) { return ioctl(descriptor, TIOCMBIS, &lines); }
static inline int device_lines_lower(int descriptor, int lines) { return ioctl(descriptor, TIOCMBIC, &lines); }

// The two halves of making a pseudo-terminal from /dev/ptmx.
static inline int device_pty_unlock(int master) {
    int locked = 0;
    return ioctl(master, TIOCSPTLCK, &locked);
}
static inline int device_pty_number(int master, unsigned int *number) { return ioctl(master, TIOCGPTN, number); }

// A report to a HID device over its control pipe. The first byte is the report's number, 0 where there is only one.
static inline int device_hid_feature_set(int descriptor, unsigned char *report, unsigned int length) {
    return ioctl(descriptor, HIDIOCSFEATURE(length), report);
}

static inline unsigned int device_major(dev_t device) { return major(device); }
static inline unsigned int device_minor(dev_t device) { return minor(device); }

#endif
